import assert from 'node:assert/strict';
import { test } from 'node:test';
import { B8, FIELD_ORDER, fr, pointMultiply, poseidon, poseidonOutputs, tag } from '@assay/field';
import { counts, fairnessPolicy, REGULATOR } from '../test/sample.ts';
import { decryptTable, encryptTable, packTable, TABLE_WORDS, tableCiphertextHash } from './table.ts';
import { openingTally } from './tally.ts';

const opening = {
  sizes: counts([1, 100, 4, 5], [60, 50]),
  approvals: counts([1, 40, 2, 5], [10, 35]),
  blinding: 99n,
};
const tally = openingTally(opening);
const words = packTable(fairnessPolicy, opening);
const table = encryptTable(fairnessPolicy, words, 7n, tally);

test('cells are packed ten a word, 24 bits each, sizes before approvals, small ones hidden', () => {
  const cells = Array.from({ length: 64 }, (_, i) => (words[Math.floor(i / 10)]! >> BigInt(24 * (i % 10))) & 0xffffffn);
  assert.deepEqual(cells.slice(0, 8), [0n, 1n, 100n, 40n, 0n, 1n, 5n, 5n]);
  assert.deepEqual(cells.slice(16, 20), [60n, 10n, 50n, 35n]);
  assert.equal(words.length, TABLE_WORDS);
});

test('the largest counts fit', () => {
  const most = 2 ** 24 - 1;
  const full = counts(...new Array(4).fill(new Array(8).fill(most)));
  const packed = packTable(fairnessPolicy, { sizes: full, approvals: full, blinding: 0n });
  assert.ok(packed.every((word) => word < 2n ** 240n));
  assert.deepEqual(
    decryptTable(encryptTable(fairnessPolicy, packed, 7n, tally), REGULATOR, tally)
      .flat()
      .map(({ size }) => size),
    full.flat(),
  );
});

test('the regulator reads the table back; hidden cells show as hidden', () => {
  const cells = decryptTable(table, REGULATOR, tally);
  assert.deepEqual(cells[0]!.slice(0, 4), [
    { size: 0, approvals: 0, hidden: true },
    { size: 100, approvals: 40, hidden: false },
    { size: 0, approvals: 0, hidden: true },
    { size: 5, approvals: 5, hidden: false },
  ]);
  assert.deepEqual(cells[3]![7], { size: 0, approvals: 0, hidden: false });
});

test('another key, or the same under another tally, reads nothing of it', () => {
  const right = decryptTable(table, REGULATOR, tally)
    .flat()
    .map(({ size }) => size);
  for (const cells of [decryptTable(table, REGULATOR + 1n, tally), decryptTable(table, REGULATOR, B8)]) {
    assert.notDeepEqual(
      cells.flat().map(({ size }) => size),
      right,
    );
  }
});

test('words are padded as the specification says', () => {
  const shared = pointMultiply(fairnessPolicy.regulatorKey, 7n);
  assert.deepEqual(table.e, pointMultiply(B8, 7n));
  const pads = poseidonOutputs([tag('table-pad'), shared.x, shared.y, tally.x, tally.y, 0n, 0n], TABLE_WORDS);
  assert.equal(pads[0], poseidon([tag('table-pad'), shared.x, shared.y, tally.x, tally.y, 0n, 0n]));
  assert.deepEqual(
    table.words,
    words.map((word, i) => (word + pads[i]!) % FIELD_ORDER),
  );
});

test('one table twice gives two ciphertexts with another ephemeral scalar', () => {
  const again = encryptTable(fairnessPolicy, words, 8n, tally);
  for (const [i, word] of table.words.entries()) assert.notEqual(again.words[i], word);
});

test('the hash covers every part of the ciphertext', () => {
  const variants = [
    table,
    { ...table, e: { ...table.e, x: fr(table.e.x + 1n) } },
    { ...table, e: { ...table.e, y: fr(table.e.y + 1n) } },
    ...table.words.map((word, i) => ({ ...table, words: table.words.with(i, fr((word + 1n) % FIELD_ORDER)) })),
  ];
  assert.equal(new Set(variants.map(tableCiphertextHash)).size, variants.length);
});
