import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attributes, model } from '../test/sample.ts';
import { openingKey, outcomeCommitment, reasonsCommitment } from './commitments.ts';
import {
  attributeCosts,
  encodeReasonsSignals,
  provesReasons,
  REASONS_CIRCUITS,
  REASONS_SIGNALS,
  reasonsClaim,
  topReasons,
} from './reasons.ts';

// The sample model: 3 income (slot 6) - 5 age (slot 0) - 7 [sex (slot 2) >= 2].
const applicant = {
  schemaId: model.schemaId,
  attributes: attributes({ 0: 30n, 2: 2n, 6: 100n }),
  subject: 5n,
  salt: 6n,
};
const baseline = attributes({ 0: 25n, 2: 1n, 6: 102n });

test('an attribute costs what the score would gain with it alone at the baseline', () => {
  const costs = attributeCosts(model, applicant.attributes, baseline);
  assert.deepEqual([costs[0], costs[2], costs[6]], [25n, 7n, 6n]);
  assert.deepEqual(topReasons(costs), [0, 2, 6]);
  const gains = attributeCosts(model, baseline, applicant.attributes);
  assert.deepEqual([gains[0], gains[2], gains[6]], [-25n, -7n, -6n]);
  assert.deepEqual(topReasons(gains), []);
});

test('of equal costs the lower slot comes first, and no fifth is named', () => {
  const costs = new Array<bigint>(32)
    .fill(0n)
    .with(31, 9n)
    .with(4, 5n)
    .with(3, 5n)
    .with(20, 5n)
    .with(21, 5n)
    .with(1, -9n);
  assert.deepEqual(topReasons(costs), [31, 3, 4, 20]);
});

test('what is named costs at least as much as all that is not', () => {
  const list = fc.array(fc.bigInt({ min: -3n, max: 3n }), { minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(list, (costs) => {
      const named = topReasons(costs);
      const rest = costs.filter((_, slot) => !named.includes(slot));
      const least = named.length === 4 ? costs[named.at(-1)!]! : 0n;
      assert.ok(rest.every((cost) => cost <= least));
      assert.ok(named.every((slot, i) => i === 0 || costs[slot]! <= costs[named[i - 1]!]!));
    }),
  );
});

test('a claim commits to a decline with these reasons, under the key that opens the decision', () => {
  const { circuit, input, signals } = reasonsClaim(
    { applicant, baseline, reasons: [0, 2, 6] },
    { model, modelSalt: 9n as never },
  );
  assert.equal(circuit, 'reasons-additive');
  const key = openingKey(applicant.subject, signals.applicantCommitment);
  assert.equal(signals.outcomeCommitment, outcomeCommitment('declined', key));
  assert.equal(signals.reasonsCommitment, reasonsCommitment('declined', [1n, 3n, 7n, 0n], key));
  assert.deepEqual(input.reasons, [1n, 3n, 7n, 0n]);
  assert.deepEqual(
    encodeReasonsSignals(signals),
    REASONS_SIGNALS.map((name) => signals[name]),
  );
});

test('a circuit proves reasons of the decisions of its own family only', () => {
  assert.ok(provesReasons('reasons-additive', 'decision-additive'));
  assert.ok(provesReasons('reasons-network', 'decision-network'));
  assert.ok(provesReasons('reasons-trees-32x4', 'decision-trees-32x4'));
  assert.ok(provesReasons('reasons-trees-100x6', 'decision-trees-100x6'));
  for (const [circuit, decision] of [
    ['reasons-additive', 'decision-network'],
    ['reasons-network', 'decision-additive'],
    ['reasons-network', 'decision-trees-32x4'],
    ['reasons-trees-32x4', 'decision-trees-100x6'],
    ['decision-network', 'decision-network'],
  ] as const)
    assert.ok(!provesReasons(circuit, decision));
  assert.equal(new Set(REASONS_CIRCUITS).size, REASONS_CIRCUITS.length);
});
