import { Worker } from 'node:worker_threads';
import { Groth16Error } from '@assay/groth16';
import { KeysError } from './error.ts';
import type { GraphReply } from './graph-worker.ts';

/**
 * `extractWitnessGraph` in a thread of its own, so that several are extracted at once.
 *
 * @throws Groth16Error as that does; KeysError `DERIVATION_FAILED` when the thread fails
 */
export async function extractInThread(wasm: Uint8Array): Promise<Uint8Array> {
  const worker = new Worker(new URL('./graph-worker.ts', import.meta.url), { workerData: wasm });
  const reply = await new Promise<GraphReply>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) => reject(failure(cause)));
    worker.once('exit', () => reject(failure(undefined)));
  });
  if (reply.kind === 'refused') throw new Groth16Error(reply.code, reply.message);
  return reply.graph;
}

function failure(cause: unknown): KeysError {
  return new KeysError('DERIVATION_FAILED', 'a thread that extracts a witness graph failed', { cause });
}
