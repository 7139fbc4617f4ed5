import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fr, IDENTITY, pointEquals, poseidon, tag } from '@assay/field';
import { evaluateAdditive } from '@assay/model';
import { attributes, model, partitions, schema } from '../test/sample.ts';
import { type ClosingOpening, decisionClaim, manualDecisionClaim } from './closing.ts';
import { applicantCommitment, eligibilityCommitment, openingKey, outcomeCommitment } from './commitments.ts';
import { encodeSignals } from './statement.ts';
import { closingTally } from './tally.ts';

const committed = { model, modelSalt: fr(77n) };
const clear = attributes({ 0: 10n, 2: 1n, 6: 900_000n });
const low = attributes({ 0: 10n, 2: 1n, 6: 100_000n });
const atCutoff = attributes({ 0: 3n, 2: 1n, 6: 333_342n });

function opening(values: readonly bigint[], changes: Partial<ClosingOpening> = {}): ClosingOpening {
  return {
    applicant: { schemaId: schema.id, attributes: values, subject: 5n, salt: 6n },
    eligible: true,
    partitions,
    tallyKey: new Uint8Array(32).fill(1),
    tallySalt: new Uint8Array(32).fill(2),
    reasons: [6, 0],
    ...changes,
  };
}

test('the sample has an applicant within the band, one above it and one below', () => {
  assert.ok(evaluateAdditive(model, atCutoff).inBand);
  assert.ok(!evaluateAdditive(model, clear).inBand && evaluateAdditive(model, clear).approve);
  assert.ok(!evaluateAdditive(model, low).inBand && !evaluateAdditive(model, low).approve);
});

const OUTCOMES = [
  { values: clear, eligible: true, outcome: 'approved', referred: 0n },
  { values: low, eligible: true, outcome: 'declined', referred: 0n },
  { values: atCutoff, eligible: true, outcome: 'referred', referred: 1n },
  { values: clear, eligible: false, outcome: 'declined', referred: 0n },
  { values: low, eligible: false, outcome: 'declined', referred: 0n },
  { values: atCutoff, eligible: false, outcome: 'declined', referred: 0n },
] as const;

for (const { values, eligible, outcome, referred } of OUTCOMES) {
  const score = values === clear ? 'above' : values === low ? 'below' : 'within';
  test(`${eligible ? 'an eligible' : 'an ineligible'} applicant ${score} the band is ${outcome}`, () => {
    const given = opening(values, { eligible });
    const claim = decisionClaim(given, committed);
    assert.equal(claim.outcome, outcome);
    assert.equal(claim.signals.referred, referred);
    const commitment = applicantCommitment(given.applicant);
    assert.equal(claim.signals.applicantCommitment, commitment);
    assert.equal(claim.signals.eligibilityCommitment, eligibilityCommitment(eligible, 5n, 6n));
    assert.equal(claim.signals.outcomeCommitment, outcomeCommitment(outcome, openingKey(5n, commitment)));
    const shown = { x: claim.signals.tallyX, y: claim.signals.tallyY };
    assert.ok(pointEquals(shown, claim.tally === undefined ? IDENTITY : closingTally(claim.tally)));
    assert.equal(claim.tally?.approved, outcome === 'referred' ? undefined : outcome === 'approved');
    assert.equal(encodeSignals('decision', claim.signals).length, 9);
  });
}

test('a closing counts for the groups of the applicant in each partition', () => {
  assert.deepEqual(decisionClaim(opening(clear), committed).tally?.groups, [1, 1, 0, 0]);
});

test('reasons are committed to with the outcome, one more than the slot, zero unless declined', () => {
  const key = (values: readonly bigint[]) => openingKey(5n, applicantCommitment(opening(values).applicant));
  const reasons = (outcome: bigint, list: readonly bigint[], values: readonly bigint[]) =>
    poseidon([tag('reasons'), outcome, ...list, key(values)]);
  const none = [0n, 0n, 0n, 0n];
  assert.equal(decisionClaim(opening(low), committed).signals.reasonsCommitment, reasons(0n, [7n, 1n, 0n, 0n], low));
  assert.equal(decisionClaim(opening(clear), committed).signals.reasonsCommitment, reasons(1n, none, clear));
  assert.equal(decisionClaim(opening(atCutoff), committed).signals.reasonsCommitment, reasons(2n, none, atCutoff));
});

for (const [what, reasons] of [
  ['five', [1, 2, 3, 4, 5]],
  ['a slot beyond the last', [32]],
  ['a slot below the first', [-1]],
  ['half a slot', [0.5]],
] as const) {
  test(`reasons are refused: ${what}`, () => {
    assert.throws(() => decisionClaim(opening(low, { reasons }), committed), { name: 'StatementError' });
  });
}

test('a person decides on a referred applicant, and has a tally of another blinding than the model would', () => {
  const given = opening(atCutoff);
  const officer = { officerId: fr(21n), officerSalt: fr(22n) };
  const yes = manualDecisionClaim(given, { approve: true, ...officer });
  const no = manualDecisionClaim(given, { approve: false, ...officer });
  assert.equal(yes.outcome, 'approved');
  assert.equal(no.outcome, 'declined');
  assert.equal(yes.signals.officerCommitment, poseidon([tag('officer'), 21n, 22n]));
  const model = decisionClaim(opening(clear), committed);
  assert.equal(new Set([yes, no, model].map(({ tally }) => tally?.blinding)).size, 3);
  assert.equal(encodeSignals('manual-decision', yes.signals).length, 8);
});

test('nobody approves an ineligible applicant', () => {
  const officer = { officerId: fr(21n), officerSalt: fr(22n) };
  const given = opening(atCutoff, { eligible: false });
  assert.throws(() => manualDecisionClaim(given, { approve: true, ...officer }), { code: 'out-of-range' });
  assert.equal(manualDecisionClaim(given, { approve: false, ...officer }).outcome, 'declined');
});

test('two applications of one person with one set of attributes show nothing in common but the model', () => {
  const one = decisionClaim(opening(clear), committed).signals;
  const other = opening(clear);
  const two = decisionClaim(
    { ...other, applicant: { ...other.applicant, salt: 7n }, tallySalt: new Uint8Array(32).fill(3) },
    committed,
  ).signals;
  const equal = Object.keys(one).filter((name) => one[name as keyof typeof one] === two[name as keyof typeof two]);
  assert.deepEqual(equal, ['modelCommitment', 'partitionsHash', 'referred']);
});
