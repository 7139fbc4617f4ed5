import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519NoteSigner, encodeVerifierKey, parseVerifierKey } from '@assay/tlog';
import { nativeNoteSigner } from './native-ed25519.ts';

test('the log signs the bytes that the portable signer signs', async () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
  const signer = nativeNoteSigner('log.example', secret);
  const message = new TextEncoder().encode('log.example\n7\n');
  const signature = await signer.sign(message);
  assert.deepEqual(signature, await ed25519NoteSigner('log.example', secret).sign(message));
  assert.ok(parseVerifierKey(encodeVerifierKey(signer)).verify(message, signature));
  assert.throws(() => nativeNoteSigner('log.example', new Uint8Array(31)), { code: 'malformed' });
});
