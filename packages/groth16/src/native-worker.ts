import type { EngineWorker, MadeProof, WorkerJob } from './engine-worker.ts';
import { Groth16Error } from './error.ts';
import type { Groth16Verifier } from './groth16-verifier.ts';
import type { NativeAddon } from './native-addon.ts';
import type { LoadedKey } from './native-circuits.ts';
import { groth16ErrorOf } from './native-error.ts';
import { decodeCoordinatesOf } from './proof-coordinates.ts';
import type { ThreadShare } from './thread-share.ts';
import { timedStage } from './timed-stage.ts';
import type { WitnessSource } from './witness-source.ts';

/** What a {@link NativeWorker} is made of. */
export interface NativeWorkerParts {
  readonly addon: NativeAddon;
  readonly keys: ReadonlyMap<string, LoadedKey>;
  /** Says how many threads a proof has. */
  readonly share: Pick<ThreadShare, 'during'>;
  readonly witnesses: WitnessSource;
  /** What checks each proof before it is handed out. */
  readonly verifier: Groth16Verifier | undefined;
}

const WIRE_BYTES = 32;

/** Proves with native code, in this process and away from its main thread. */
export class NativeWorker implements EngineWorker {
  readonly #parts: NativeWorkerParts;

  constructor(parts: NativeWorkerParts) {
    this.#parts = parts;
  }

  async prove(job: WorkerJob): Promise<MadeProof> {
    const bytes = await this.#computeWitness(job);
    try {
      if (job.signal?.aborted) throw new Groth16Error('ABORTED', 'the caller cancelled the job');
      return await timedStage('prove', job.onStage, () => this.#proveWitness(job, bytes));
    } finally {
      bytes.fill(0);
    }
  }

  async witness(job: WorkerJob): Promise<readonly bigint[]> {
    const bytes = await this.#computeWitness(job);
    const values = readWires(bytes, 0, bytes.length / WIRE_BYTES);
    bytes.fill(0);
    return values;
  }

  close(): Promise<void> {
    return this.#parts.witnesses.close();
  }

  #computeWitness({ circuit, input, onStage }: WorkerJob): Promise<Uint8Array> {
    return timedStage('witness', onStage, () => this.#parts.witnesses.witness(circuit, input));
  }

  async #proveWitness({ circuit, signal }: WorkerJob, witness: Uint8Array): Promise<MadeProof> {
    const { addon, keys, share, verifier } = this.#parts;
    const { key, publicCount, verificationKey } = keys.get(circuit)!;
    const cancel = new Int32Array(1);
    const abort = () => void Atomics.store(cancel, 0, 1);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const proof = decodeCoordinatesOf(
        await share.during((threads) => addon.prove(key, witness, { threads, cancel })),
      );
      // The first wire is the constant one.
      const publicSignals = readWires(witness, 1, 1 + publicCount);
      if (verifier !== undefined && !verifier.verify(verificationKey, publicSignals, proof).ok) {
        throw new Groth16Error('SELF_CHECK_FAILED', `the key of ${circuit} refuses the proof that was made with it`);
      }
      return { proof, publicSignals };
    } catch (error) {
      throw groth16ErrorOf(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}

function readWires(bytes: Uint8Array, from: number, to: number): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: to - from }, (_, i) => {
    let value = 0n;
    for (let at = (from + i + 1) * WIRE_BYTES - 8; at >= (from + i) * WIRE_BYTES; at -= 8) {
      value = (value << 64n) | view.getBigUint64(at, true);
    }
    return value;
  });
}
