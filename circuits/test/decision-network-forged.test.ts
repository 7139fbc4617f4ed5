import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { loadStatement } from './artifacts.ts';
import { Forger, type Forgery } from './forger.ts';
import { networkDecisionInput } from './network-decision-input.ts';
import { firstSums, networkScore, reach, secondSums } from './network-oracle.ts';
import { type NetworkDecision, PLAIN_NETWORK } from './network-samples.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';

// The same applicant under networks that differ in the cutoff alone, so that the witnesses differ in few places.
const { model, attributes } = PLAIN_NETWORK;
const APPROVED = PLAIN_NETWORK;
const DECLINED: NetworkDecision = { ...PLAIN_NETWORK, model: { ...model, cutoff: 2n ** 95n } };
const REFERRED: NetworkDecision = { ...PLAIN_NETWORK, model: { ...model, cutoff: networkScore(model, attributes) } };

/** Of the public signals, `referred` is the fifth. */
const REFERRED_SIGNAL = 5;
const SCORE = 'NetworkScore_*';
const OUTCOME = ['DecisionShell_*.OutcomeCommitment_*', 'outcomeCommitment'];
const REASONS = ['DecisionShell_*.ReasonsCommitment_*', 'DecisionShell_*.Reasons_*', 'reasonsCommitment', 'reasons'];
const TALLY = ['DecisionShell_*.Tally_*', 'tallyX', 'tallyY'];

suite('forged witnesses of a decision by a network', () => {
  const forgers = new Map<NetworkDecision, { forger: Forger; witness: bigint[] }>();
  before(async () => {
    const circuit = await loadStatement('decision-network');
    for (const decision of [APPROVED, DECLINED, REFERRED]) {
      const witness = circuit.calculator.witness(networkDecisionInput(decision));
      assert.equal(witness[REFERRED_SIGNAL], decision === REFERRED ? 1n : 0n);
      forgers.set(decision, { forger: new Forger(circuit.r1cs, circuit.symbols, witness), witness });
    }
  });
  const forger = (decision: NetworkDecision): Forger => forgers.get(decision)!.forger;
  const grafted = (victim: NetworkDecision, donor: NetworkDecision, ...paths: string[]): Map<string, bigint> =>
    forger(victim).graft(forgers.get(donor)!.witness, ...paths);
  const path = (layer: 'first' | 'second', neuron: number, bit: number) =>
    `${SCORE}.${layer}.relu[${Math.floor(neuron / 4)}].bits[${63 * (neuron % 4) + bit}]`;
  /** Overrides of those bits that have wires of their own. */
  const forgeBits = (changes: Readonly<Record<string, bigint>>): Forgery => {
    const known = Object.entries(changes).filter(([name]) => forger(APPROVED).has(name));
    assert.ok(known.length > 0);
    return forger(APPROVED).forge(new Map(known));
  };

  for (const layer of ['first', 'second'] as const) {
    const sums = (layer === 'first' ? firstSums : secondSums)(model, attributes);
    const inactive = sums.findIndex((sum, i) => sum < 0n && i % 4 !== 3);
    const active = sums.findIndex((sum, i) => sum > 0n && i % 4 !== 3);

    test(`${layer} layer: a negative sum that passes for positive, and the reverse`, () => {
      assertRefused(forgeBits({ [path(layer, inactive, 62)]: 1n }), new RegExp(`${layer}\\.relu\\[\\d\\]\\.bits`));
      assertRefused(forgeBits({ [path(layer, active, 62)]: 0n }), new RegExp(`${layer}\\.relu\\[\\d\\]\\.bits`));
    });

    test(`${layer} layer: the same, the difference carried into the next neuron's sum`, () => {
      // 2^63 less in this digit is one more in the next: no digit is free to take it and stay boolean.
      const lowest = path(layer, inactive + 1, 0);
      const bit = forger(APPROVED).has(lowest) ? forger(APPROVED).value(lowest) : 0n;
      const changes = { [path(layer, inactive, 62)]: 2n, [lowest]: bit - 1n };
      assertRefused(forgeBits(changes), new RegExp(`${layer}\\.relu\\[\\d\\]\\.bits`));
    });

    test(`${layer} layer: bits of an activation that are other ones, or not boolean`, () => {
      const [low, high] = [path(layer, active, 40), path(layer, active, 41)];
      const value = (name: string) => forger(APPROVED).value(name);
      assertRefused(forgeBits({ [low]: 1n - value(low) }), new RegExp(`${layer}\\.relu\\[\\d\\]\\.bits`));
      assertRefused(
        forgeBits({ [low]: value(low) + 2n, [high]: value(high) - 1n }),
        new RegExp(`${layer}\\.relu\\[\\d\\]\\.bits`),
      );
    });

    test(`${layer} layer: an activation of an inactive neuron, and one that is another number`, () => {
      const out = `${SCORE}.${layer === 'first' ? 'hidden' : 'inner'}`;
      assertRefused(forger(APPROVED).forge({ [`${out}[${inactive}]`]: 1n }), /(hidden|inner)\[/);
      const value = forger(APPROVED).value(`${out}[${active}]`);
      assertRefused(forger(APPROVED).forge({ [`${out}[${active}]`]: value + 1n }), /(hidden|inner)\[/);
    });

    test(`${layer} layer: a product that is another number, or wraps around the field`, () => {
      const product = `${SCORE}.${layer}.product[1][9]`;
      const value = forger(APPROVED).value(product);
      for (const other of [value + 1n, value + 2n ** 252n, 0n])
        assertRefused(forger(APPROVED).forge({ [product]: other }), new RegExp(`${layer}\\.product\\[1\\]\\[9\\]`));
    });
  }

  test('a weight of another network, of either layer and of the output', () => {
    const commitment = forger(APPROVED).value('modelCommitment');
    const step = 2n ** 63n * 2n ** 20n;
    for (const [signal, change] of [
      ['firstWords[3][8]', step],
      ['firstWords[0][0]', 1n],
      ['secondWords[2][11]', 2n ** 126n],
      ['secondWords[3][0]', -1n],
      ['outputWeights[6]', 1n],
      ['outputBias', 1n],
      ['cutoff', -1n],
    ] as const) {
      const changes = { [signal]: forger(APPROVED).value(signal) + change, modelCommitment: commitment };
      assertRefused(forger(APPROVED).forge(changes), /NetworkModelCommitment/);
    }
  });

  test('norms and band parameters of another network', () => {
    const commitment = forger(APPROVED).value('modelCommitment');
    for (const signal of ['slotNorms[4]', 'biasNorm', 'growth[0]', 'growth[1]', 'growth[2]', 'free', 'modelSalt']) {
      const changes = { [signal]: forger(APPROVED).value(signal) - 1n, modelCommitment: commitment };
      assertRefused(forger(APPROVED).forge(changes), /NetworkModelCommitment/);
    }
  });

  test('a reach that leaves the digits, passed off as a smaller one', () => {
    const name = `${SCORE}.reached[4]`;
    assertRefused(forger(APPROVED).forge({ [name]: 0n }), /reached\[4\]/);
    // The model's own committed norms, a slot's being 2^62: what conformance would refuse, the decision refuses too.
    const changes = { 'slotNorms[4]': 2n ** 62n };
    assert.ok(reach(model, attributes) < 2n ** 62n);
    assertRefused(
      forger(APPROVED).forge(changes),
      new RegExp(`${SCORE.replace('*', '\\*')}\\.RangeCheck|reached|RangeCheck`),
    );
  });

  // The commitment is the registered one: without it, the forger would take a model whose band is as it likes.
  const committed = (decision: NetworkDecision): [string, bigint] => [
    'modelCommitment',
    forger(decision).value('modelCommitment'),
  ];

  test('a score on the other side of the cutoff', () => {
    const grafts = grafted(DECLINED, APPROVED, ...OUTCOME, ...REASONS, ...TALLY);
    const changes = new Map([['above', 1n], committed(DECLINED), ...grafts]);
    assertRefused(forger(DECLINED).forge(changes), /side\[|above|within|NetworkModelCommitment/);
  });

  test('a score in the band that is taken for outside, and one outside for inside', () => {
    const paths = ['referred', ...OUTCOME, ...REASONS, ...TALLY];
    const out = new Map([['inBand', 0n], committed(REFERRED), ...grafted(REFERRED, APPROVED, ...paths)]);
    assertRefused(forger(REFERRED).forge(out), /within\[|inBand|NetworkModelCommitment/);
    const into = new Map([['inBand', 1n], committed(APPROVED), ...grafted(APPROVED, REFERRED, ...paths)]);
    assertRefused(forger(APPROVED).forge(into), /within\[|inBand|NetworkModelCommitment/);
  });

  test('a band that is too small', () => {
    for (const l of [0, 1, 2]) {
      const name = `${SCORE}.proportional[${l}]`;
      const changes = { [name]: forger(REFERRED).value(name) - 2n ** 100n };
      assertRefusedBy(forger(REFERRED).forge(changes), new RegExp(`proportional\\[${l}\\]|within`));
    }
  });
});
