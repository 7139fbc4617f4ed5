import { type PublicSealingKey, parsePublicSealingKey } from '@assay/seal';
import type { Clients } from './clients.ts';

/** A key is asked for again after this: a prover that was given a new one is noticed. */
const FRESH_MS = 60_000;

/** The keys that jobs and uploads are sealed to, as the provers themselves give them. */
export class ProverKeys {
  readonly #clients: Pick<Clients, 'kyc' | 'fairness'>;
  #kyc: { readonly key: PublicSealingKey; readonly at: number } | undefined;

  constructor(clients: Pick<Clients, 'kyc' | 'fairness'>) {
    this.#clients = clients;
  }

  /** The key that jobs are sealed to. While its owner cannot be asked, the last one counts. @throws RpcError when there is none yet */
  async kycSealingKey(): Promise<PublicSealingKey> {
    const known = this.#kyc;
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.key;
    try {
      const { sealingJwk } = await this.#clients.kyc.call.getPublicKey({});
      const key = await parsePublicSealingKey(sealingJwk);
      this.#kyc = { key, at: performance.now() };
      return key;
    } catch (error) {
      if (known !== undefined) return known.key;
      throw error;
    }
  }

  /** The fairness prover's key as it publishes it, for the KYC prover to seal to. @throws RpcError */
  async fairnessSealingJwk(): Promise<Uint8Array> {
    return (await this.#clients.fairness.call.getPublicKey({})).sealingJwk;
  }
}
