import type { Dsse, SignatureCheck } from './dsse.ts';
import type { Envelope, Predicate } from './envelope.ts';

/** A check of signatures of which some have been tried before their turn, away from this thread where the check can be. */
export class TriedSignatures {
  readonly #check: SignatureCheck;
  /** The key that a signature was found to be by. */
  readonly #found = new WeakMap<Dsse, Uint8Array>();

  constructor(check: SignatureCheck) {
    this.#check = check;
  }

  /** Gives the answers of the check that it was made with. */
  readonly isSignedBy: SignatureCheck = (dsse, publicKey) =>
    this.#found.get(dsse) === publicKey || this.#check(dsse, publicKey);

  /** Tries envelopes' signatures by the keys that they may have, as far as these are known now. */
  async try(
    envelopes: readonly Envelope[],
    signersOf: (predicate: Predicate) => readonly Uint8Array[] | undefined,
  ): Promise<void> {
    const { trial } = this.#check;
    if (trial === undefined) return;
    await Promise.all(
      envelopes.map(async ({ dsse, predicate }) => {
        for (const key of signersOf(predicate) ?? []) if (await trial(dsse, key)) this.#found.set(dsse, key);
      }),
    );
  }
}
