import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counts, fairnessDocument, partitions } from '../test/sample.ts';
import { compileFairnessPolicy, type FairnessPolicyDocument } from './fairness-policy.ts';
import { referenceOf, verdictsOf } from './verdict.ts';

/** Verdict of the partition by age: sizes and approvals of unknown, young, middle, old. */
function byAge(sizes: readonly number[], approvals: readonly number[], changes: Partial<FairnessPolicyDocument> = {}) {
  const policy = compileFairnessPolicy({ ...fairnessDocument, ...changes }, partitions);
  return verdictsOf(policy, { sizes: counts(sizes), approvals: counts(approvals), blinding: 0n })[0];
}
const significant = (zNum: number, zDen = 1) => ({ significance: { zNum, zDen, required: true } });
const ageRule = (change: object) => ({
  partitions: [{ ...fairnessDocument.partitions[0]!, ...change }, fairnessDocument.partitions[1]!],
});

test('four fifths of the highest rate are enough, one application less is not', () => {
  assert.equal(byAge([0, 100, 100, 100], [0, 40, 50, 45]), 'PASS');
  assert.equal(byAge([0, 100, 100, 100], [0, 39, 50, 45]), 'FAIL');
});

test('a group of nMin is judged, one below is not and leaves the verdict open', () => {
  assert.equal(byAge([0, 10, 100, 0], [0, 0, 50, 0]), 'FAIL');
  assert.equal(byAge([0, 9, 100, 0], [0, 0, 50, 0]), 'INDETERMINATE');
});

test('a failing group outweighs one that is too small', () => {
  assert.equal(byAge([0, 9, 100, 100], [0, 0, 50, 0]), 'FAIL');
});

test('empty groups are no groups', () => {
  assert.equal(byAge([0, 0, 100, 100], [0, 0, 50, 50]), 'PASS');
});

test('groups that are not tested count for nothing, not as reference either', () => {
  assert.equal(byAge([1000, 100, 100, 100], [1000, 50, 50, 50]), 'PASS');
  assert.equal(byAge([5, 100, 100, 100], [5, 50, 50, 50]), 'PASS');
});

test('without a reference nothing is said: nobody approved, or nobody there', () => {
  assert.equal(byAge([0, 100, 100, 100], [0, 0, 0, 0]), 'INDETERMINATE');
  assert.equal(byAge([0, 0, 0, 0], [0, 0, 0, 0]), 'INDETERMINATE');
});

test('a fixed reference is held to whatever its rate; one that is too small or approves nobody is none', () => {
  assert.equal(byAge([0, 100, 100, 100], [0, 50, 90, 40], ageRule({ reference: 'young' })), 'PASS');
  assert.equal(byAge([0, 9, 100, 100], [0, 9, 90, 40], ageRule({ reference: 'young' })), 'INDETERMINATE');
  assert.equal(byAge([0, 100, 100, 100], [0, 0, 90, 40], ageRule({ reference: 'young' })), 'INDETERMINATE');
});

test('a low rate that may be chance fails nobody where significance is required, and passes nobody', () => {
  assert.equal(byAge([0, 20, 20, 0], [0, 7, 10, 0]), 'FAIL');
  assert.equal(byAge([0, 20, 20, 0], [0, 7, 10, 0], significant(4)), 'INDETERMINATE');
  assert.equal(byAge([0, 2000, 2000, 0], [0, 700, 1000, 0], significant(4)), 'FAIL');
});

test('significance is strict: a statistic equal to the threshold is none', () => {
  // Pooled two-proportion: (20*0 - 10*20)^2 * 40 / (20*20 * 10*30) = 13 1/3.
  assert.equal(byAge([0, 20, 20, 0], [0, 0, 10, 0], significant(40, 3)), 'INDETERMINATE');
  assert.equal(byAge([0, 20, 20, 0], [0, 0, 10, 0], significant(39, 3)), 'FAIL');
});

test('on a tie the first group is the reference', () => {
  const policy = compileFairnessPolicy(fairnessDocument, partitions);
  const opening = { sizes: counts([0, 10, 20, 40]), approvals: counts([0, 5, 10, 20]), blinding: 0n };
  assert.equal(referenceOf(policy, 0, opening), 1);
});

test('partitions that are not used have no verdict', () => {
  const policy = compileFairnessPolicy(fairnessDocument, partitions);
  const opening = { sizes: counts(), approvals: counts(), blinding: 0n };
  assert.deepEqual(verdictsOf(policy, opening).slice(2), ['unused', 'unused']);
});

test('verdicts are those of the definition in rational numbers', () => {
  const group = fc.nat(60).chain((n) => fc.tuple(fc.constant(n), fc.nat(n)));
  fc.assert(
    fc.property(
      fc.array(group, { minLength: 4, maxLength: 4 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 12 }),
      (groups, required, z) => {
        const sizes = groups.map(([n]) => n);
        const approvals = groups.map(([, x]) => x);
        const got = byAge(sizes, approvals, { significance: { zNum: z, zDen: 1, required } });
        assert.equal(got, definition(groups.slice(1), required, z));
      },
    ),
    { numRuns: 500 },
  );
});

/** Section 8 once more, in quotients of small integers, which doubles hold well enough away from ties. */
function definition(groups: readonly (readonly [number, number])[], required: boolean, z: number): string {
  const big = groups.filter(([n]) => n >= 10);
  const [, ...better] = big;
  const best = better.reduce((h, g) => (g[1] * h[0] > h[1] * g[0] ? g : h), big[0] ?? [0, 0]);
  const [nh, xh] = best;
  const low = nh === 0 || xh === 0 ? [] : big.filter(([n, x]) => 5 * x * nh < 4 * xh * n);
  const far = low.filter(([n, x]) => {
    const pooled = (x + xh) / (n + nh);
    const variance = pooled * (1 - pooled) * (1 / n + 1 / nh);
    return (x / n - xh / nh) ** 2 > z * variance * (1 + 1e-12);
  });
  if ((required ? far : low).length > 0) return 'FAIL';
  const small = groups.some(([n]) => n > 0 && n < 10);
  return nh === 0 || xh === 0 || small || low.length > 0 ? 'INDETERMINATE' : 'PASS';
}
