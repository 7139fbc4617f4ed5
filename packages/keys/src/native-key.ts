import { availableParallelism } from 'node:os';
import { groth16ErrorOf, type NativeSetup } from '@assay/groth16';
import type { ToxicWaste } from './toxic-waste.ts';
import { SectionWriter } from './zkey-writer.ts';

/** What {@link computeNativeKey} needs. */
export interface NativeKeyInput {
  /** The `.r1cs` file. */
  readonly r1cs: Uint8Array;
  readonly waste: ToxicWaste;
  /** What to write where a ceremony's file has the hash of its circuit: at most 64 bytes. */
  readonly circuitHash: Uint8Array;
  /** Told now and then how many of `pointCount` points more are done. */
  readonly onPoints?: (count: number) => void;
  /** Threads to compute on; by default one for each processor. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

const SECRET_BYTES = 32;

/**
 * Computes a Groth16 proving key with native code: the same bytes as `computeProvingKey` gives, away from the main thread.
 *
 * @throws Groth16Error `MALFORMED_R1CS`, `MALFORMED_INPUT` for secrets of which no key can be made, `ABORTED`
 */
export async function computeNativeKey(addon: NativeSetup, input: NativeKeyInput): Promise<Uint8Array> {
  const { r1cs, waste, circuitHash, onPoints, signal } = input;
  const cancel = new Int32Array(1);
  const abort = () => Atomics.store(cancel, 0, 1);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  let reported = 0;
  try {
    return await addon.computeProvingKey(r1cs, encodeSecrets(waste), circuitHash, {
      threads: input.threads ?? availableParallelism(),
      cancel,
      onPoints: (done) => {
        onPoints?.(done - reported);
        reported = done;
      },
    });
  } catch (error) {
    throw groth16ErrorOf(error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function encodeSecrets({ tau, alpha, beta, gamma, delta }: ToxicWaste): Uint8Array {
  const writer = new SectionWriter(5 * SECRET_BYTES);
  for (const secret of [tau, alpha, beta, gamma, delta]) writer.integer(secret);
  return writer.end();
}
