import { createPublicKey, verify } from 'node:crypto';
import { type CheckpointTrust, parseVerifierKey } from '@assay/tlog';

/**
 * What checkpoints of the log with this key are verified with; the key's name is the log's origin. The check is the
 * one of `parseVerifierKey`, by the native library: it is on the way of every append.
 *
 * @throws TlogError where `vkey` is no key
 */
export function logTrust(vkey: string): CheckpointTrust {
  const { name, keyId, publicKey } = parseVerifierKey(vkey);
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const logKey = {
    name,
    keyId,
    verify: (text: Uint8Array, signature: Uint8Array) => verify(null, text, key, signature),
  };
  return { origin: name, logKeys: [logKey] };
}
