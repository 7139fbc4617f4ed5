import { availableParallelism } from 'node:os';
import { Groth16Error } from './error.ts';
import type { BatchOptions, Groth16Verifier, ProofClaim } from './groth16-verifier.ts';
import { type Arithmetic, loadNativeAddon, type NativeAddon } from './native-addon.ts';
import { groth16ErrorOf } from './native-error.ts';
import type { NativeVerificationKey } from './native-verifier.ts';
import { nobleVerifier } from './noble-verifier.ts';
import { encodeSaturated } from './point-bytes.ts';
import type { Groth16Proof } from './proof.ts';
import { encodeCoordinatesOf } from './proof-coordinates.ts';
import { encodeVerificationKey, type VerificationKey } from './verification-key.ts';
import type { Groth16Refusal, Groth16Verdict } from './verify-groth16.ts';

/** How {@link createVerifier} is set up. */
export interface VerifierOptions {
  /** Threads that a batch may use. Default: one for each processor. */
  readonly threads?: number;
  /** The arithmetic of the native engine: see `loadNativeAddon`. */
  readonly arithmetic?: Arithmetic;
}

/** The verdicts of native code, by their numbers: the order is that of Verdict in native/verifier.hpp. */
const VERDICTS: readonly ('OK' | Groth16Refusal)[] = [
  'OK',
  'PUBLIC_SIGNAL_COUNT',
  'PUBLIC_SIGNAL_OUT_OF_RANGE',
  'PROOF_ENCODING',
  'COORDINATE_OUT_OF_RANGE',
  'POINT_AT_INFINITY',
  'POINT_OFF_CURVE',
  'POINT_OUTSIDE_SUBGROUP',
  'PAIRING_MISMATCH',
];

/**
 * The fastest verifier that there is: the native engine where it was built (below a millisecond a proof, less in a batch), else
 * `@noble/curves`.
 *
 * @throws Groth16Error `NO_ENGINE` as `loadNativeAddon` does
 */
export function createVerifier({ threads, arithmetic }: VerifierOptions = {}): Groth16Verifier {
  const addon = loadNativeAddon(arithmetic);
  return addon === undefined ? nobleVerifier : new AddonVerifier(addon, threads ?? availableParallelism());
}

class AddonVerifier implements Groth16Verifier {
  readonly name: string;
  readonly #addon: NativeAddon;
  readonly #threads: number;
  /** Kept as long as the key objects live. */
  readonly #prepared = new WeakMap<VerificationKey, NativeVerificationKey>();

  constructor(addon: NativeAddon, threads: number) {
    this.name = `native (${addon.arithmetic})`;
    this.#addon = addon;
    this.#threads = threads;
  }

  verify(key: VerificationKey, publicSignals: readonly bigint[], proof: Groth16Proof): Groth16Verdict {
    const coordinates = encodeCoordinatesOf(proof);
    return verdict(this.#addon.verifyProofCoordinates(this.#prepare(key), encodeSaturated(publicSignals), coordinates));
  }

  verifyBytes({ key, publicSignals, proof }: ProofClaim): Groth16Verdict {
    return verdict(this.#addon.verifyProofBytes(this.#prepare(key), encodeSaturated(publicSignals), proof));
  }

  async verifyBatch(claims: readonly ProofClaim[], { signal }: BatchOptions = {}): Promise<readonly Groth16Verdict[]> {
    if (signal?.aborted) throw new Groth16Error('ABORTED', 'the caller cancelled the batch');
    const cancel = new Int32Array(1);
    const abort = () => Atomics.store(cancel, 0, 1);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const verdicts = await this.#addon.verifyProofBatch(
        claims.map(({ key }) => this.#prepare(key)),
        claims.map(({ publicSignals }) => encodeSaturated(publicSignals)),
        claims.map(({ proof }) => proof),
        { threads: this.#threads, cancel },
      );
      return Array.from(verdicts, verdict);
    } catch (error) {
      throw groth16ErrorOf(error);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #prepare(key: VerificationKey): NativeVerificationKey {
    const known = this.#prepared.get(key);
    if (known !== undefined) return known;
    try {
      const fresh = this.#addon.prepareVerificationKey(encodeVerificationKey(key));
      this.#prepared.set(key, fresh);
      return fresh;
    } catch (error) {
      throw groth16ErrorOf(error);
    }
  }
}

function verdict(number: number): Groth16Verdict {
  const name = VERDICTS[number]!;
  return name === 'OK' ? { ok: true } : { ok: false, reason: name };
}
