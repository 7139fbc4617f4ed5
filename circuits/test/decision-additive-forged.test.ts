import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { abs, score, sum } from './additive-oracle.ts';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type DecisionCase, decisionInput } from './decision-oracle.ts';
import { Forger } from './forger.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import { PLAIN_DECISION } from './samples.ts';

// The same applicant under models that differ in one parameter, so that the witnesses differ in few places.
const { model } = PLAIN_DECISION;
const APPROVED = PLAIN_DECISION;
const DECLINED: DecisionCase = { ...PLAIN_DECISION, model: { ...model, cutoff: 2n ** 100n } };
const REFERRED: DecisionCase = { ...PLAIN_DECISION, model: { ...model, b0: 2n ** 100n } };
const INELIGIBLE: DecisionCase = { ...PLAIN_DECISION, eligible: false };

const SCORE = 'AdditiveScore_*';
const SHELL = 'DecisionShell_*';
const OUTCOME = [`${SHELL}.OutcomeCommitment_*`, 'outcomeCommitment'];
const REASONS = [`${SHELL}.ReasonsCommitment_*`, `${SHELL}.Reasons_*`, 'reasonsCommitment', 'reasons'];
const TALLY = [`${SHELL}.Tally_*`, 'tallyX', 'tallyY'];
const APPROVED_BIT = `${SHELL}.approved`;
const GROUPS = `${SHELL}.groups`;

suite('forged witnesses of a decision', () => {
  const forgers = new Map<DecisionCase, { forger: Forger; witness: bigint[] }>();
  before(async () => {
    const circuit: CompiledStatement = await loadStatement('decision-additive');
    for (const decision of [APPROVED, DECLINED, REFERRED, INELIGIBLE]) {
      const witness = circuit.calculator.witness(decisionInput(decision));
      forgers.set(decision, { forger: new Forger(circuit.r1cs, circuit.symbols, witness), witness });
    }
  });
  const forger = (decision: DecisionCase): Forger => forgers.get(decision)!.forger;
  /** The victim's forger, and the donor's values below some paths. */
  const grafted = (victim: DecisionCase, donor: DecisionCase, ...paths: string[]): Map<string, bigint> =>
    forger(victim).graft(forgers.get(donor)!.witness, ...paths);

  suite('hints', () => {
    test('the magnitude of a weight with the wrong sign, the band recomputed from it', () => {
      const forged = forger(APPROVED);
      const { weights, b0, gammaNum, cutoff } = model;
      // The magnitude without a wire is weightSum less the others: what one loses, it gains.
      const removed = weights.findIndex((_, j) => !forged.has(`${SCORE}.magnitude[${j}]`));
      const magnitudes = weights.map(abs);
      const lie = magnitudes.with(3, -magnitudes[3]!).with(removed, magnitudes[removed]! + 2n * magnitudes[3]!);
      const moved = sum(lie.map((magnitude, j) => magnitude * APPROVED.attributes[j]!));
      const distance = abs(score(model, APPROVED.attributes) - cutoff);
      const within = b0 + gammaNum * moved - distance * 2n ** 40n + 2n ** 231n;
      const changes = forged.bits(`${SCORE}.within`, within, 232);
      changes.set(`${SCORE}.magnitude[3]`, -abs(weights[3]!));
      assertRefusedBy(forged.forge(changes), /magnitude\[/);
    });

    test('the magnitude of a weight that is neither the weight nor its negative', () => {
      const forged = forger(APPROVED);
      const value = forged.value(`${SCORE}.magnitude[3]`);
      assertRefused(forged.forge({ [`${SCORE}.magnitude[3]`]: value + 1n }), /magnitude\[3\]/);
    });

    test('a sum of Edwards points that is off by one', () => {
      const forged = forger(APPROVED);
      for (const signal of ['add[1].xout', 'add[1].yout', 'blind.add[40].xout']) {
        const [path, name] = [`${SHELL}.Tally_*.${signal}`, signal.replace(/[.[\]]/g, '\\$&')];
        assertRefusedBy(forged.forge({ [path]: forged.value(path) + 1n }), new RegExp(name));
      }
    });

    test('a missing flag that reads as set', () => {
      const forged = forger(APPROVED);
      const [group, unknown] = [`${SHELL}.PartitionGroups_*.PartitionGroup_*[1].flagged`, /flagged|isz/];
      assertRefused(forged.forge({ [group]: 1n }), unknown);
    });
  });

  suite('ranges', () => {
    test('a bit of an attribute that is not boolean', () => {
      assertRefusedBy(forger(APPROVED).forge({ [`${SHELL}.attributeBits[9][3]`]: 2n }), /attributeBits\[9\]/);
    });

    test('an attribute of 2^40 and more whose carry leaves the packed word as it was', () => {
      const { attributes } = APPROVED;
      const forged = forger(APPROVED).forge({
        'attributes[0]': attributes[0]! + 2n ** 40n,
        'attributes[1]': attributes[1]! - 1n,
      });
      assertRefused(forged, /attributeBits\[0\]/);
    });

    test('a step threshold of 2^40, a slot of 32', () => {
      const word = forger(APPROVED).value('stepWords[7]');
      const forged = forger(APPROVED).forge({ 'stepWords[7]': word + 2n ** 45n });
      assertRefused(forged, /(step|select)\[7\]\.bits/);
    });

    test('a partition threshold of 2^40', () => {
      const forged = forger(APPROVED);
      const words = { 'thresholdWords[2]': forged.value('thresholdWords[2]') + 2n ** 240n };
      assertRefused(forged.forge(words), /PartitionGroup_\*\[2\]\.thresholdBits/);
      const rules = { 'ruleWords[2]': forged.value('ruleWords[2]') + 2n ** 79n };
      assertRefused(forged.forge(rules), /PartitionGroup_\*\[2\]\.ruleBits/);
    });

    test('a blinding of 2^251', () => {
      const forged = forger(APPROVED);
      assertRefusedBy(forged.forge({ blinding: forged.value('blinding') + 2n ** 251n }), /Tally_\*\.blind\.bits/);
    });

    test('a reason above 32', () => {
      assertRefused(forger(DECLINED).forge({ 'reasons[3]': 33n }), /Reasons_\*\.bits\[3\]/);
    });

    test('a score that wraps around the field', () => {
      // A step weight of nearly r would bring the score back below the cutoff.
      const forged = forger(APPROVED).forge({ 'stepWeights[1]': -(2n ** 250n) });
      assertRefused(forged, /AdditiveScore_\*\.side/);
    });
  });

  suite('comparisons', () => {
    test('a step that is taken for reached, the score recomputed', () => {
      const t = model.steps.findIndex(({ slot, threshold, u }) => u > 0n && APPROVED.attributes[slot]! < threshold);
      const forged = forger(APPROVED);
      const raised = score(model, APPROVED.attributes) + model.steps[t]!.u;
      const changes = new Map([[`${SCORE}.below[${t}]`, 0n], ...recomputed(forged, raised)]);
      assertRefusedBy(forged.forge(changes), new RegExp(`LessThanBits_\\*\\[${t}\\]\\.bits`));
    });

    test('a score below the cutoff that is taken for above', () => {
      const changes = new Map([['above', 1n], ...grafted(DECLINED, APPROVED, ...OUTCOME, ...REASONS, ...TALLY)]);
      assertRefusedBy(forger(DECLINED).forge(changes), /side\[|above|within/);
    });

    test('a score in the band that is taken for outside, and one outside for inside', () => {
      const out = new Map([
        ['inBand', 0n],
        ...grafted(REFERRED, APPROVED, 'referred', ...OUTCOME, ...REASONS, ...TALLY),
      ]);
      assertRefusedBy(forger(REFERRED).forge(out), /within\[|inBand/);
      const into = new Map([
        ['inBand', 1n],
        ...grafted(APPROVED, REFERRED, 'referred', ...OUTCOME, ...REASONS, ...TALLY),
      ]);
      assertRefusedBy(forger(APPROVED).forge(into), /within\[|inBand/);
    });

    test('an interval of a partition that is another one', () => {
      const forged = forger(APPROVED);
      const below = `${SHELL}.PartitionGroups_*.PartitionGroup_*[0].below`;
      const last = [6, 5, 4, 3, 2, 1, 0].find((i) => forged.value(`${below}[${i}]`) === 0n)!;
      assertRefused(forged.forge({ [`${below}[${last}]`]: 1n }), new RegExp(`LessThanBits_\\*\\[${last}\\]\\.bits`));
    });
  });

  suite('selectors', () => {
    test('a slot bit of a step that reads another attribute', () => {
      const forged = forger(APPROVED);
      const bit = `${SCORE}.select[4].bits[1]`;
      assertRefused(forged.forge({ [bit]: 1n - forged.value(bit) }), /(step|select)\[4\]\.bits/);
    });

    test('a slot bit that is not boolean, the word kept by its neighbour', () => {
      const forged = forger(APPROVED);
      const [low, high] = [`${SCORE}.step[4].bits[20]`, `${SCORE}.step[4].bits[21]`];
      const changes = { [low]: forged.value(low) + 2n, [high]: forged.value(high) - 1n };
      assertRefused(forged.forge(changes), /step\[4\]\.bits\[2[01]\]/);
    });

    test('a node of the selection tree that is another attribute', () => {
      const forged = forger(APPROVED);
      const node = `${SCORE}.select[4].node[40]`;
      assertRefused(forged.forge({ [node]: forged.value(node) + 1n }), /select\[4\]\.node\[40\]/);
    });
  });

  suite('groups', () => {
    test('a group of another interval, none, or two at once', () => {
      const forged = forger(APPROVED);
      for (const changes of [
        { [`${GROUPS}[0][6]`]: 1n },
        { [`${GROUPS}[0][5]`]: 1n, [`${GROUPS}[0][6]`]: 1n },
        { [`${GROUPS}[1][5]`]: 2n },
      ]) {
        assertRefused(forged.forge(changes), /groups\[/);
      }
    });

    test('an unpacked label that is another one', () => {
      const forged = forger(APPROVED);
      const bit = `${SHELL}.PartitionGroups_*.PartitionGroup_*[0].ruleBits[60]`;
      assertRefused(forged.forge({ [bit]: 1n - forged.value(bit) }), /PartitionGroup_\*\[0\]\.ruleBits/);
    });

    test('partitions that are swapped under the same hash', () => {
      const forged = forger(APPROVED);
      const changes = {
        'ruleWords[0]': forged.value('ruleWords[1]'),
        'thresholdWords[0]': forged.value('thresholdWords[1]'),
      };
      assertRefused(forged.forge(changes), /PartitionGroups_\*\.Poseidon/);
    });
  });

  suite('outcome and tally', () => {
    test('referred claimed or denied without the band', () => {
      const claim = grafted(APPROVED, REFERRED, 'referred', ...OUTCOME, ...REASONS, ...TALLY);
      assertRefusedBy(forger(APPROVED).forge(claim), /^inBand$/);
      const deny = grafted(REFERRED, APPROVED, 'referred', ...OUTCOME, ...REASONS, ...TALLY);
      assertRefusedBy(forger(REFERRED).forge(deny), /^inBand$/);
    });

    test('an approval of an ineligible applicant', () => {
      const changes = new Map([[APPROVED_BIT, 1n], ...grafted(INELIGIBLE, APPROVED, ...OUTCOME, ...REASONS, ...TALLY)]);
      assertRefusedBy(forger(INELIGIBLE).forge(changes), /\.approved$/);
    });

    test('an eligible bit that differs from the committed one, and one that is not boolean', () => {
      const taken = grafted(
        INELIGIBLE,
        APPROVED,
        'eligible',
        `${SHELL}.EligibilityCommitment_*`,
        ...OUTCOME,
        ...REASONS,
        ...TALLY,
      );
      taken.set('eligibilityCommitment', forger(INELIGIBLE).value('eligibilityCommitment'));
      assertRefusedBy(forger(INELIGIBLE).forge(taken), /eligibilityCommitment/);
      assertRefused(forger(APPROVED).forge({ eligible: 2n }), /^eligible$/);
    });

    test('an outcome commitment to another outcome', () => {
      assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...OUTCOME)), /OutcomeCommitment/);
    });

    test('reasons that come with an approval', () => {
      const changes = forger(APPROVED).bits(`${SHELL}.Reasons_*.bits[0]`, 8n, 6).set('reasons[0]', 8n);
      const { signals } = forger(APPROVED).forge(changes);
      assert.ok(signals.some((names) => names.includes('reasons[0]') && names.includes(APPROVED_BIT)));
    });

    test('a tally of the other decision, of another group, of nobody', () => {
      assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...TALLY)), /\.approved$|groups/);
      const x = `${SHELL}.Tally_*.point[2][0]`;
      assertRefused(forger(APPROVED).forge({ [x]: forger(APPROVED).value(x) + 1n }), /Tally_\*\.point\[2\]/);
      assertRefusedBy(forger(APPROVED).forge({ tallyX: 0n, tallyY: 1n }), /^tally[XY]$/);
    });

    test('a tally for a referred application', () => {
      const tally = { tallyX: forger(APPROVED).value('tallyX'), tallyY: forger(APPROVED).value('tallyY') };
      assertRefusedBy(forger(REFERRED).forge(tally), /^tally[XY]$/);
    });
  });

  suite('openings', () => {
    for (const signal of [
      'weights[0]',
      'stepWeights[31]',
      'stepWords[31]',
      'bias',
      'cutoff',
      'gammaNum',
      'b0',
      'weightSum',
      'magnitudes',
      'modelSalt',
    ]) {
      test(`${signal} of another model`, () => {
        const forged = forger(APPROVED);
        const changes = { [signal]: forged.value(signal) + 1n, modelCommitment: forged.value('modelCommitment') };
        assertRefused(forged.forge(changes), /AdditiveModelCommitment/);
      });
    }

    test('a smaller band constant, all that follows honestly recomputed', () => {
      const changes = grafted(REFERRED, APPROVED, 'b0', SCORE, 'inBand', 'referred', ...OUTCOME, ...REASONS, ...TALLY);
      assertRefusedBy(forger(REFERRED).forge(changes), /AdditiveModelCommitment/);
    });

    test('another schema under the same commitments', () => {
      const forged = forger(APPROVED);
      const forgery = forged.forge({ schemaId: forged.value('schemaId') + 1n });
      for (const part of [/ApplicantCommitment/, /AdditiveModelCommitment/, /PartitionGroups_\*\.Poseidon/]) {
        assertRefused(forgery, part);
      }
    });

    for (const signal of ['subject', 'salt', 'attributes[30]']) {
      test(`another ${signal} under the same commitment`, () => {
        const forged = forger(APPROVED);
        assertRefused(forged.forge({ [signal]: forged.value(signal) + 1n }), /ApplicantCommitment|packed/);
      });
    }

    test('outcome and reasons under another opening key', () => {
      const forged = forger(APPROVED);
      assertRefused(forged.forge({ [`${SHELL}.openingKey`]: forged.value(`${SHELL}.openingKey`) + 1n }), /OpeningKey/);
    });
  });
});

/** The bits that decide about another score: the side of the cutoff and the band. */
function recomputed(forged: Forger, raised: bigint): Map<string, bigint> {
  const difference = raised - model.cutoff;
  const moved = sum(model.weights.map((w, j) => abs(w) * APPROVED.attributes[j]!));
  const within = model.b0 + model.gammaNum * moved - abs(difference) * 2n ** 40n + 2n ** 231n;
  return new Map([
    ...forged.bits(`${SCORE}.side`, difference - 1n + 2n ** 170n, 171),
    ...forged.bits(`${SCORE}.within`, within, 232),
  ]);
}
