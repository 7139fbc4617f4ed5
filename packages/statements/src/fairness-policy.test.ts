import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_ORDER, poseidon, tag } from '@assay/field';
import { fairnessDocument, fairnessPolicy, partitions } from '../test/sample.ts';
import { compileFairnessPolicy, type FairnessPolicyDocument } from './fairness-policy.ts';

test('the hash is over the key and one word, which has each number in the bits that the specification gives it', () => {
  const { x, y } = fairnessPolicy.regulatorKey;
  const fields: readonly [bigint, number][] = [
    ...[4n, 5n, 4n, 1n].map((value): [bigint, number] => [value, 16]),
    [0n, 1],
    ...[10n, 100n, 5n].map((value): [bigint, number] => [value, 24]),
    ...[
      [1n, 0n, 0n, 0b1110n],
      [1n, 1n, 2n, 0b110n],
      [0n, 0n, 0n, 0n],
      [0n, 0n, 0n, 0n],
    ].flatMap((rule) => rule.map((value, i): [bigint, number] => [value, [1, 1, 3, 8][i]!])),
  ];
  let rules = 0n;
  let at = 0;
  for (const [value, bits] of fields) {
    rules += value << BigInt(at);
    at += bits;
  }
  assert.equal(at, 189);
  const expected = poseidon([tag('fairness-policy'), partitions.hash, x, y, rules]);
  assert.equal(fairnessPolicy.hash, expected);
});

test('any change of a rule changes the hash', () => {
  const [age, sex] = fairnessDocument.partitions;
  const variants: readonly Partial<FairnessPolicyDocument>[] = [
    { ratio: { num: 3, den: 5 } },
    { ratio: { num: 4, den: 6 } },
    { significance: { zNum: 5, zDen: 1, required: false } },
    { significance: { zNum: 4, zDen: 2, required: false } },
    { significance: { zNum: 4, zDen: 1, required: true } },
    { nMin: 11 },
    { tMin: 101 },
    { minCell: 6 },
    { regulatorKey: negated() },
    { partitions: [{ ...age!, reference: 'young' }, sex!] },
    { partitions: [{ ...age!, tested: ['young', 'old'] }, sex!] },
    { partitions: [age!, { ...sex!, reference: 'female' }] },
  ];
  const hashes = variants.map((change) => compileFairnessPolicy({ ...fairnessDocument, ...change }, partitions).hash);
  assert.equal(new Set([fairnessPolicy.hash, ...hashes]).size, variants.length + 1);
});

const [ageRule, sexRule] = fairnessDocument.partitions;
const BAD: Readonly<Record<string, Partial<FairnessPolicyDocument>>> = {
  'a ratio above one': { ratio: { num: 6, den: 5 } },
  'a ratio of zero': { ratio: { num: 0, den: 5 } },
  'a denominator beyond 16 bits': { ratio: { num: 1, den: 65_536 } },
  'a threshold divided by zero': { significance: { zNum: 1, zDen: 0, required: true } },
  'a threshold below zero': { significance: { zNum: -1, zDen: 1, required: true } },
  'groups of any size': { nMin: 0 },
  'windows of any size': { tMin: 0 },
  'a size beyond 24 bits': { nMin: 2 ** 24 },
  'a size that is no integer': { nMin: 1.5 },
  'a smallest cell below zero': { minCell: -1 },
  'the identity as key': { regulatorKey: ['0', '1'] },
  'a key of low order': { regulatorKey: ['0', String(FIELD_ORDER - 1n)] },
  'a key off the curve': { regulatorKey: ['1', '2'] },
  'a key with a coordinate beyond the field': { regulatorKey: [String(FIELD_ORDER), '1'] },
  'a key with a leading zero': { regulatorKey: ['00', '1'] },
  'a partition without a rule': { partitions: [ageRule!] },
  'a tested group that is none': { partitions: [{ ...ageRule!, tested: ['ancient'] }, sexRule!] },
  'a reference that is none': { partitions: [{ ...ageRule!, reference: 'ancient' }, sexRule!] },
  'a reference that is not tested': { partitions: [{ ...ageRule!, reference: 'unknown' }, sexRule!] },
};

for (const [what, change] of Object.entries(BAD)) {
  test(`a fairness policy is refused: ${what}`, () => {
    assert.throws(() => compileFairnessPolicy({ ...fairnessDocument, ...change }, partitions), {
      name: 'StatementError',
    });
  });
}

function negated(): [string, string] {
  const { x, y } = fairnessPolicy.regulatorKey;
  return [String(FIELD_ORDER - x), String(y)];
}
