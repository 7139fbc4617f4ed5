import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import {
  isInSubgroup,
  pointAdd,
  pointEquals,
  pointNegate,
  SUBGROUP_ORDER,
  sumPoints,
  tallyGenerators,
} from '@assay/field';
import fc from 'fast-check';
import {
  type BlindingContext,
  type ClosingTally,
  closingTally,
  openingTally,
  sumClosings,
  tallyBlinding,
} from './tally.ts';

const key = new Uint8Array(32).fill(3);
const context: BlindingContext = {
  kind: 'decision',
  applicantCommitment: 11n,
  modelCommitment: 12n,
  partitionsHash: 13n,
  groups: [1, 2, 0, 7],
  approved: true,
  tallySalt: new Uint8Array(32).fill(9),
};

test('a blinding is the HMAC that the specification writes out, mod l', () => {
  const field = (x: number): Buffer => Buffer.from(x.toString(16).padStart(64, '0'), 'hex');
  const message = Buffer.concat([
    Buffer.from('assay.v1.blinding\0decision\0\x01'),
    ...[field(11), field(12), field(13)],
    ...[Buffer.from([1, 2, 0, 7, 1]), Buffer.alloc(32, 9)],
  ]);
  const digest = createHmac('sha512', key).update(message).digest('hex');
  assert.equal(tallyBlinding(key, context), BigInt(`0x${digest}`) % SUBGROUP_ORDER);
});

test('no two closings share a blinding: it depends on every part of what is decided', () => {
  const variants: readonly Partial<BlindingContext>[] = [
    { kind: 'manual-decision' },
    { applicantCommitment: 10n },
    { modelCommitment: 10n },
    { partitionsHash: 10n },
    { groups: [1, 2, 0, 6] },
    { approved: false },
    { tallySalt: new Uint8Array(32).fill(8) },
  ];
  const blindings = variants.map((change) => tallyBlinding(key, { ...context, ...change }));
  const other = tallyBlinding(new Uint8Array(32).fill(4), context);
  assert.equal(new Set([tallyBlinding(key, context), other, ...blindings]).size, variants.length + 2);
});

test('sums and differences of published tallies stay hidden: none is a combination of the counters alone', () => {
  const blinded = (change: Partial<BlindingContext>): ClosingTally => {
    const { groups, approved } = { ...context, ...change };
    return { groups, approved, blinding: tallyBlinding(key, { ...context, ...change }) };
  };
  // One applicant, the model's decision and the manual one: with one blinding for both, their difference would be K's sum.
  const model = closingTally(blinded({ approved: false }));
  const manual = closingTally(blinded({ approved: true, kind: 'manual-decision', modelCommitment: 0n }));
  const { approved } = tallyGenerators();
  const counters = sumPoints(context.groups.map((g, p) => approved[p]![g]!));
  assert.ok(!pointEquals(pointAdd(manual, pointNegate(model)), counters));
});

const closing: fc.Arbitrary<ClosingTally> = fc.record({
  groups: fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
  approved: fc.boolean(),
  blinding: fc.bigInt({ min: 0n, max: SUBGROUP_ORDER - 1n }),
});

test('the sum of closings opens to their counts', () => {
  fc.assert(
    fc.property(fc.array(closing, { maxLength: 8 }), (closings) => {
      const opening = sumClosings(closings);
      assert.ok(pointEquals(openingTally(opening), sumPoints(closings.map(closingTally))));
      assert.ok(isInSubgroup(openingTally(opening)));
      for (const p of [0, 1, 2, 3]) {
        const total = (rows: readonly (readonly number[])[]) => rows[p]!.reduce((sum, n) => sum + n, 0);
        assert.equal(total(opening.sizes), closings.length);
        assert.equal(total(opening.approvals), closings.filter(({ approved }) => approved).length);
      }
    }),
    { numRuns: 15 },
  );
});

test('a tally opens to no other counts: each counter has a generator of its own', () => {
  const base = sumClosings([{ groups: [0, 0, 0, 0], approved: true, blinding: 5n }]);
  const right = openingTally(base);
  const tallies = new Set([`${right.x}`]);
  for (let p = 0; p < 4; p++) {
    for (let g = 0; g < 8; g++) {
      for (const name of ['sizes', 'approvals'] as const) {
        const rows = base[name].map((row, i) => (i === p ? row.with(g, row[g]! + 1) : row));
        tallies.add(`${openingTally({ ...base, [name]: rows }).x}`);
      }
    }
  }
  assert.equal(tallies.size, 65);
});
