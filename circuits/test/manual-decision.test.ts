import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { FIELD_ORDER } from '@assay/field';
import { checkWitness, type WitnessInput } from '@assay/groth16';
import fc from 'fast-check';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { decisionInput, type ManualCase, manualInput } from './decision-oracle.ts';
import { Forger } from './forger.ts';
import { freeWires } from './free-wires.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import { manualDecisions, PLAIN_DECISION } from './samples.ts';

const PUBLIC = [
  'applicantCommitment',
  'partitionsHash',
  'eligibilityCommitment',
  'officerCommitment',
  'tallyX',
  'tallyY',
  'outcomeCommitment',
  'reasonsCommitment',
];
const { model, ...APPLICANT } = PLAIN_DECISION;
const APPROVED: ManualCase = { ...APPLICANT, approve: true, officerId: 4711n, officerSalt: 815n };
const DECLINED: ManualCase = { ...APPROVED, approve: false };
const INELIGIBLE: ManualCase = { ...DECLINED, eligible: false };

const OUTCOME = ['OutcomeCommitment_*', 'outcomeCommitment'];
const REASONS = ['ReasonsCommitment_*', 'Reasons_*', 'reasonsCommitment', 'reasons'];
const TALLY = ['Tally_*', 'tallyX', 'tallyY'];

suite('manual decision', () => {
  let circuit: CompiledStatement;
  const forgers = new Map<ManualCase, { forger: Forger; witness: bigint[] }>();
  before(async () => {
    circuit = await loadStatement('manual-decision');
    for (const decision of [APPROVED, DECLINED, INELIGIBLE]) {
      const witness = circuit.calculator.witness(manualInput(decision));
      forgers.set(decision, { forger: new Forger(circuit.r1cs, circuit.symbols, witness), witness });
    }
  });
  const accepts = (input: WitnessInput): bigint[] => circuit.calculator.witness(input);
  const refuses = (input: WitnessInput): void =>
    assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
  const forger = (decision: ManualCase): Forger => forgers.get(decision)!.forger;
  const grafted = (victim: ManualCase, donor: ManualCase, ...paths: string[]): Map<string, bigint> =>
    forger(victim).graft(forgers.get(donor)!.witness, ...paths);

  test('agrees with the specification on random applicants and partitions', () => {
    fc.assert(
      fc.property(manualDecisions, (decision) => void accepts(manualInput(decision))),
      { numRuns: 25 },
    );
  });

  test('has the public signals of the specification, in its order', () => {
    const input = manualInput(APPROVED);
    const { witness } = forgers.get(APPROVED)!;
    assert.deepEqual([circuit.r1cs.publicInputs, circuit.r1cs.publicOutputs], [PUBLIC.length, 0]);
    assert.deepEqual(
      witness.slice(1, 1 + PUBLIC.length),
      PUBLIC.map((name) => input[name]),
    );
    assert.equal(checkWitness(circuit.r1cs, witness), undefined);
  });

  for (const name of PUBLIC) {
    test(`refuses another ${name}`, () => {
      const input = manualInput(APPROVED);
      refuses({ ...input, [name]: ((input[name] as bigint) + 1n) % FIELD_ORDER });
    });
  }

  test('refuses an approval without eligibility, or one that is no bit', () => {
    refuses(manualInput({ ...APPROVED, eligible: false }));
    const taken = grafted(INELIGIBLE, APPROVED, 'approve', ...OUTCOME, ...REASONS, ...TALLY);
    assertRefusedBy(forger(INELIGIBLE).forge(taken), /^approve$/);
    assertRefused(forger(APPROVED).forge({ approve: 2n }), /^approve$/);
  });

  test('refuses an eligible bit that differs from the committed one', () => {
    const taken = grafted(INELIGIBLE, DECLINED, 'eligible', 'EligibilityCommitment_*');
    taken.set('eligibilityCommitment', forger(INELIGIBLE).value('eligibilityCommitment'));
    assertRefusedBy(forger(INELIGIBLE).forge(taken), /eligibilityCommitment/);
  });

  test('refuses outcome, tally and reasons that do not belong together', () => {
    assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...OUTCOME)), /OutcomeCommitment/);
    const named = forger(APPROVED).bits('Reasons_*.bits[0]', 8n, 6).set('reasons[0]', 8n);
    const { signals } = forger(APPROVED).forge(named);
    assert.ok(signals.some((names) => names.includes('reasons[0]') && names.includes('approve')));
    assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...TALLY)), /^approve$|groups/);
    assertRefusedBy(forger(DECLINED).forge({ tallyX: 0n, tallyY: 1n }), /^tally[XY]$|blind/);
    assertRefused(forger(DECLINED).forge({ 'reasons[0]': 33n }), /Reasons_\*\.bits\[0\]/);
  });

  test('refuses another officer, applicant or schema under the same commitments', () => {
    for (const [signal, culprit] of [
      ['officerId', /OfficerCommitment/],
      ['officerSalt', /OfficerCommitment/],
      ['salt', /ApplicantCommitment/],
      ['subject', /OpeningKey|ApplicantCommitment/],
      ['schemaId', /PartitionGroups_\*\.Poseidon/],
      ['schemaId', /ApplicantCommitment/],
    ] as const) {
      const changes = new Map(PUBLIC.map((name) => [name, forger(APPROVED).value(name)]));
      changes.set(signal, forger(APPROVED).value(signal) + 1n);
      assertRefused(forger(APPROVED).forge(changes), culprit);
    }
  });

  test('shows nothing of its outcome to whoever compares it with the referral that it closes', async () => {
    const { calculator } = await loadStatement('decision-additive');
    const referral = decisionInput({ ...PLAIN_DECISION, model: { ...model, b0: 2n ** 100n } });
    assert.equal(referral.referred, 1n);
    calculator.witness(referral);
    for (const decision of [APPROVED, DECLINED, { ...DECLINED, reasons: [0n, 0n, 0n, 0n] }]) {
      const closing = manualInput(decision);
      accepts(closing);
      assert.notEqual(closing.outcomeCommitment, referral.outcomeCommitment);
      assert.notEqual(closing.reasonsCommitment, referral.reasonsCommitment);
    }
  });

  test('leaves no wire free', () => {
    const free = freeWires(circuit.r1cs, forgers.get(APPROVED)!.witness);
    assert.deepEqual(
      free.map((wire) => circuit.symbols.namesOf.get(wire)?.[0]),
      [],
    );
  });
});
