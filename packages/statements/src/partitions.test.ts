import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poseidon, tag } from '@assay/field';
import { attributes, partitions, partitionsDocument, schema } from '../test/sample.ts';
import {
  compilePartitions,
  groupOf,
  NO_SLOT,
  type PartitionsDocument,
  partitionsHash,
  partitionWords,
} from './partitions.ts';

const [age, sex] = partitions.partitions;

test('an applicant is in the group of the interval that the value lies in, its start included', () => {
  const groups = [0n, 11n, 12n, 41n, 42n, 102n].map((value) => groupOf(age!, attributes({ 0: value })));
  assert.deepEqual(groups, [1, 1, 2, 2, 3, 3]);
});

test('an applicant whose value is missing is in the unknown group, whatever the value says', () => {
  assert.equal(groupOf(age!, attributes({ 0: 42n, 1: 1n })), 0);
});

test('codes have their groups', () => {
  assert.deepEqual(
    [1n, 2n].map((code) => groupOf(sex!, attributes({ 2: code }))),
    [1, 2],
  );
});

test('an unused partition has everybody in group 0', () => {
  for (const value of [0n, 1n, 2n ** 40n - 1n])
    assert.equal(groupOf(partitions.partitions[3]!, attributes({ 0: value })), 0);
});

test('the slots that partitions read are known', () => {
  assert.equal(partitions.slotMask, 0b111n);
});

test('the words have each number in the bits that the specification gives it', () => {
  const { thresholds, rule } = partitionWords(age!);
  const bits = (word: bigint, from: number, length: number) => (word >> BigInt(from)) & ((1n << BigInt(length)) - 1n);
  const top = 2n ** 40n - 1n;
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((i) => bits(thresholds, 40 * i, 40)),
    [12n, 42n, top, top, top, top],
  );
  assert.equal(bits(rule, 0, 40), top);
  assert.equal(bits(rule, 40, 1), 1n);
  assert.equal(bits(rule, 41, 5), 0n);
  assert.equal(bits(rule, 46, 6), 1n);
  assert.equal(bits(rule, 52, 3), 0n);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7].map((i) => bits(rule, 55 + 3 * i, 3)),
    [1n, 2n, 3n, 3n, 3n, 3n, 3n, 3n],
  );
  assert.equal(rule >> 79n, 0n);
});

test('an unused partition has zero words but for its missing slot', () => {
  assert.deepEqual(partitionWords(partitions.partitions[2]!), { thresholds: 0n, rule: BigInt(NO_SLOT) << 46n });
});

test('the hash is Poseidon of the schema and the eight words', () => {
  const words = partitions.partitions.map(partitionWords).flatMap(({ thresholds, rule }) => [thresholds, rule]);
  assert.equal(partitions.hash, poseidon([tag('partitions'), schema.id, ...words]));
});

test('any change of a partition changes the hash', () => {
  const hashes = new Set([partitions.hash]);
  const changes = [
    { slot: 3 },
    { missingSlot: NO_SLOT },
    { unknownGroup: 1 },
    { used: false },
    { thresholds: age!.thresholds.with(0, 13n) },
    { thresholds: age!.thresholds.with(6, 5n) },
    { labels: age!.labels.with(7, 0) },
  ];
  for (const change of changes)
    hashes.add(partitionsHash(schema.id, [{ ...age!, ...change }, ...partitions.partitions.slice(1)]));
  hashes.add(partitionsHash(schema.id + 1n, partitions.partitions));
  hashes.add(partitionsHash(schema.id, [sex!, age!, ...partitions.partitions.slice(2)]));
  assert.equal(hashes.size, changes.length + 3);
});

const [first] = partitionsDocument.partitions;
const changed = (changes: object): PartitionsDocument => ({
  ...partitionsDocument,
  partitions: [{ ...first!, ...changes }],
});
const BAD: Readonly<Record<string, PartitionsDocument>> = {
  'no partition': { ...partitionsDocument, partitions: [] },
  'five partitions': { ...partitionsDocument, partitions: new Array(5).fill(first) },
  'an attribute that the schema has not': changed({ attribute: 'height' }),
  'a missing flag that the schema has not': changed({ missing: 'no_height' }),
  'a missing flag that is none': changed({ missing: 'sex' }),
  'a group that is not named': changed({ unknown: 'other' }),
  'an interval in a group that is not named': changed({ intervals: [{ from: '18', group: 'other' }] }),
  'a group named twice': changed({ groups: ['unknown', 'young', 'young'] }),
  'nine groups': changed({ groups: ['unknown', 'young', 'middle', 'old', 'a', 'b', 'c', 'd', 'e'] }),
  'no interval': changed({ intervals: [] }),
  'nine intervals': changed({
    intervals: Array.from({ length: 9 }, (_, i) => ({ from: String(18 + i), group: 'young' })),
  }),
  'a first interval above the minimum': changed({ intervals: [{ from: '20', group: 'young' }] }),
  'intervals that do not ascend': changed({
    intervals: [
      { from: '18', group: 'young' },
      { from: '40', group: 'middle' },
      { from: '40', group: 'old' },
    ],
  }),
};

for (const [what, document] of Object.entries(BAD)) {
  test(`partitions are refused: ${what}`, () => {
    assert.throws(() => compilePartitions(document, schema), { name: 'StatementError' });
  });
}
