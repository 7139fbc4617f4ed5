import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { naivePath, naiveRoot } from '../test/naive-tree.ts';
import { signCheckpoint } from './checkpoint.ts';
import { leafHash } from './hash.ts';
import { ed25519NoteSigner, encodeVerifierKey, parseVerifierKey } from './note-key.ts';
import { encodeTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';

const LEAVES = Array.from({ length: 11 }, (_, n) => new TextEncoder().encode(`entry ${n}`));
const signer = ed25519NoteSigner('log.example', new Uint8Array(32).fill(1));
const trust = { origin: signer.name, logKeys: [parseVerifierKey(encodeVerifierKey(signer))] };
const head = { origin: signer.name, size: LEAVES.length, root: naiveRoot(LEAVES) };
const checkpoint = await signCheckpoint(head, [signer]);
const receiptOf = (index: number): Uint8Array =>
  encodeTlogProof({ index, proof: naivePath(index, LEAVES), checkpoint });

describe('a receipt', () => {
  test('has the lines of C2SP tlog-proof', () => {
    const proof = [leafHash(LEAVES[0]!)];
    const bytes = encodeTlogProof({ index: 1, proof, checkpoint, extra: Uint8Array.of(1, 2) });
    const line = Buffer.from(proof[0]!).toString('base64');
    const note = new TextDecoder().decode(checkpoint);
    const expected = `c2sp.org/tlog-proof@v1\nextra AQI=\nindex 1\n${line}\n\n${note}`;
    assert.equal(new TextDecoder().decode(bytes), expected);
    assert.deepEqual(parseTlogProof(bytes), { index: 1, proof, checkpoint, extra: Uint8Array.of(1, 2) });
  });

  test('shows its leaf at its index, and no other leaf', () => {
    LEAVES.forEach((leaf, index) => {
      const verified = verifyTlogProof(receiptOf(index), leafHash(leaf), trust);
      assert.equal(verified.index, index);
      assert.equal(verified.checkpoint.size, LEAVES.length);
      const other = leafHash(LEAVES[(index + 1) % LEAVES.length]!);
      assert.throws(() => verifyTlogProof(receiptOf(index), other, trust), { code: 'proof-refused' });
    });
  });

  test('of a tree with one entry has no hashes', async () => {
    const one = await signCheckpoint({ ...head, size: 1, root: naiveRoot(LEAVES.slice(0, 1)) }, [signer]);
    const bytes = encodeTlogProof({ index: 0, proof: [], checkpoint: one });
    assert.equal(verifyTlogProof(bytes, leafHash(LEAVES[0]!), trust).index, 0);
  });

  test('has no byte that may change', () => {
    const receipt = receiptOf(6);
    receipt.forEach((_, at) => {
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = receipt.map((byte, n) => (n === at ? byte ^ bit : byte));
        assert.throws(() => verifyTlogProof(changed, leafHash(LEAVES[6]!), trust), { name: 'TlogError' }, `${at}`);
      }
    });
  });

  test('is refused where its form is broken', () => {
    const receipt = new TextDecoder().decode(receiptOf(6));
    const broken = {
      'another version': receipt.replace('@v1', '@v2'),
      'no index': receipt.replace('index 6\n', ''),
      'a leading zero': receipt.replace('index 6', 'index 06'),
      'a large index': receipt.replace('index 6', 'index 9007199254740992'),
      'empty extra data': receipt.replace('index', 'extra \nindex'),
      'extra data twice': receipt.replace('index', 'extra AA==\nextra AA==\nindex'),
      'extra data after the index': receipt.replace('index 6\n', 'index 6\nextra AA==\n'),
      'a short hash': receipt.replace('index 6\n', 'index 6\nAAAA\n'),
      'too many hashes': receipt.replace('index 6\n', `index 6\n${`${'A'.repeat(43)}=\n`.repeat(60)}`),
      'no checkpoint': receipt.slice(0, receipt.indexOf('\n\n') + 1),
    };
    for (const [why, wrong] of Object.entries(broken)) {
      assert.notEqual(wrong, receipt, why);
      const bytes = new TextEncoder().encode(wrong);
      assert.throws(() => parseTlogProof(bytes), { code: 'malformed' }, why);
    }
  });

  test('never throws anything but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(300), (noise, at) => {
        const bytes = new Uint8Array([...receiptOf(3).subarray(0, at), ...noise]);
        assert.throws(() => verifyTlogProof(bytes, leafHash(LEAVES[3]!), trust), { name: 'TlogError' });
      }),
    );
  });
});
