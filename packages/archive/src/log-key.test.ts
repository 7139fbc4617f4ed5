import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint, parseVerifierKey, signCheckpoint } from '@assay/tlog';
import { signer, vkey } from './fixture.ts';
import { logTrust } from './log-key.ts';

test('the native signature check and the portable one take and refuse the same checkpoints', async () => {
  const native = logTrust(vkey);
  const portable = { origin: signer.name, logKeys: [parseVerifierKey(vkey)] };
  const note = await signCheckpoint({ origin: signer.name, size: 1, root: new Uint8Array(32) }, [signer]);
  assert.deepEqual(openCheckpoint(note, native), openCheckpoint(note, portable));
  note.forEach((_, at) => {
    if (at % 7 !== 0) return;
    const changed = note.map((byte, n) => (n === at ? byte ^ 1 : byte));
    assert.throws(() => openCheckpoint(changed, native), { name: 'TlogError' });
    assert.throws(() => openCheckpoint(changed, portable), { name: 'TlogError' });
  });
});

test('only a log key is taken', () => {
  assert.throws(() => logTrust('log.example'), { code: 'malformed' });
});
