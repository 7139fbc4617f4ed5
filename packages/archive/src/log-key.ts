import { type CheckpointTrust, parseVerifierKey } from '@assay/tlog';
import { nativeEd25519 } from './native-ed25519.ts';

/**
 * What checkpoints of the log with this key are verified with, by the native library; the key's name is the log's origin.
 *
 * @throws TlogError where `vkey` is no key
 */
export function logTrust(vkey: string): CheckpointTrust {
  const logKey = parseVerifierKey(vkey, nativeEd25519);
  return { origin: logKey.name, logKeys: [logKey] };
}
