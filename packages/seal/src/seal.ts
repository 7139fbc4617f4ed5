import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';
import { SealError } from './error.ts';
import { ALGORITHM, ENCRYPTION, type PublicSealingKey, type SealingKey } from './sealing-key.ts';

/** What a sealed message is for; bound to it, so that one kind cannot be passed off as another. */
export type SealedUse = 'application' | 'manual-decision' | 'withdrawal' | 'conformance' | 'window-sums';

/** Encrypts to the owner of `recipient`: a compact JWE in ASCII. */
export async function seal(plaintext: Uint8Array, use: SealedUse, recipient: PublicSealingKey): Promise<Uint8Array> {
  const jwe = await new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: recipient.kid, typ: typeOf(use) })
    .encrypt(await imported(recipient));
  return new TextEncoder().encode(jwe);
}

/** Opens a compact JWE. @throws SealError `SEAL_REFUSED` */
export async function unseal(sealed: Uint8Array, use: SealedUse, key: SealingKey): Promise<Uint8Array> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, await imported(key), {
      keyManagementAlgorithms: [ALGORITHM],
      contentEncryptionAlgorithms: [ENCRYPTION],
    });
    if (protectedHeader.typ === typeOf(use)) return plaintext;
  } catch {
    // One answer for every way to fail.
  }
  throw new SealError('SEAL_REFUSED', 'not sealed to this key for this use');
}

const keys = new WeakMap<PublicSealingKey, ReturnType<typeof importJWK>>();

/** The key as the library takes it, imported once as long as it is the same object. */
function imported(key: PublicSealingKey): ReturnType<typeof importJWK> {
  const known = keys.get(key) ?? importJWK(key, ALGORITHM);
  keys.set(key, known);
  return known;
}

function typeOf(use: SealedUse): string {
  return `assay-${use}+jwe`;
}
