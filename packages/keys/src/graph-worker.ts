// The thread of graph-thread.ts: extracts the witness graph of the calculator that it is given.
import { parentPort, workerData } from 'node:worker_threads';
import { extractWitnessGraph, Groth16Error } from '@assay/groth16';

/** What the thread says: the graph, or the error with which the package refuses the calculator. */
export type GraphReply =
  | { readonly kind: 'graph'; readonly graph: Uint8Array }
  | { readonly kind: 'refused'; readonly code: Groth16Error['code']; readonly message: string };

async function extract(): Promise<GraphReply> {
  try {
    return { kind: 'graph', graph: await extractWitnessGraph(workerData as Uint8Array) };
  } catch (error) {
    if (!(error instanceof Groth16Error)) throw error;
    return { kind: 'refused', code: error.code, message: error.message };
  }
}

parentPort?.postMessage(await extract());
