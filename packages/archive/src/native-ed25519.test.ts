import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519NoteSigner, encodeVerifierKey, parseVerifierKey } from '@assay/tlog';
import { nativeEd25519, nativeEd25519Trial, nativeNoteSigner } from './native-ed25519.ts';

test('the log signs the bytes that the portable signer signs', async () => {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
  const signer = nativeNoteSigner('log.example', secret);
  const message = new TextEncoder().encode('log.example\n7\n');
  const signature = await signer.sign(message);
  assert.deepEqual(signature, await ed25519NoteSigner('log.example', secret).sign(message));
  assert.ok(parseVerifierKey(encodeVerifierKey(signer)).verify(message, signature));
  assert.throws(() => nativeNoteSigner('log.example', new Uint8Array(31)), { code: 'malformed' });
});

test('a trial in another thread accepts what the check accepts, and nothing else', async () => {
  const signer = nativeNoteSigner('log.example', new Uint8Array(32).fill(7));
  const message = new TextEncoder().encode('log.example\n7\n');
  const signature = await signer.sign(message);
  const flipped = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
  const cases: readonly Parameters<typeof nativeEd25519>[] = [
    [signature, message, signer.publicKey],
    [flipped, message, signer.publicKey],
    [signature.subarray(1), message, signer.publicKey],
    [signature, message.subarray(1), signer.publicKey],
    [signature, message, new Uint8Array(32).fill(255)],
  ];
  const tried = await Promise.all(cases.map((given) => nativeEd25519Trial(...given)));
  assert.deepEqual(tried, [true, false, false, false, false]);
  assert.deepEqual(
    cases.map((given) => nativeEd25519(...given)),
    tried,
  );
});
