import { bankOf, dsseSignedBy, type Envelope, keyIdOf, parseEnvelope, type Trust } from '@assay/verify';
import { base64 } from './base64.ts';
import type { RegisteredKey } from './check.ts';
import { checkInclusion, entryOf, openReceipt } from './receipt-checks.ts';

/** A bank's key that an authority registered, and where. */
export interface SignerKey {
  readonly publicKey: Uint8Array;
  /** Leaf index of its registration. */
  readonly index: number;
}

/**
 * Finds the key that an envelope names among those registered for its bank. The registration is not taken on the server's
 * word: the authority of the trust document has to have signed it, and the log has to hold it.
 *
 * @throws Error, VerifyError or TlogError that says what is wrong with it
 */
export function findSigner(envelope: Envelope, registered: readonly RegisteredKey[], trust: Trust): SignerKey {
  for (const candidate of registered) {
    const parsed = parseEnvelope(candidate.envelope);
    const { predicate } = parsed;
    if (predicate.type !== 'registration' || predicate.kind !== 'bank-key') continue;
    const publicKey = base64(String(predicate.body.publicKey));
    if (publicKey.length !== 32 || keyIdOf(publicKey) !== envelope.dsse.keyId) continue;
    if (predicate.body.bank !== bankOf(envelope))
      throw new Error('the key that signed it is registered for another bank');
    if (!trust.authorities['bank-key'].some((key) => dsseSignedBy(parsed.dsse, key)))
      throw new Error('the registration of the bank’s key is not signed by the authority for it');
    const entry = entryOf(candidate.leaf, parsed.digest, candidate.envelope);
    if (entry.kind !== 'registration') throw new Error('the registration of the bank’s key was not accepted');
    const { proof, checkpoint } = openReceipt(candidate.receipt, trust);
    checkInclusion(candidate.leaf, proof, checkpoint);
    return { publicKey, index: proof.index };
  }
  throw new Error('the key that signed it is not registered for this bank');
}
