import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { poseidon, tag } from '@assay/field';
import { loadStatement } from './artifacts.ts';
import { differences, selectedReason } from './forged-reasons.ts';
import { Forger, type Forgery } from './forger.ts';
import { baselineHash, costs, type ReasonsCase, reasonsInput, reasonsOf } from './reasons-oracle.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import { PLAIN_REASONS } from './samples.ts';

// The true reasons of PLAIN_REASONS are 9, 4, 22, 12. Each other claim is grafted from an applicant for whom it is true, with the
// same commitments, so that nothing but the costs themselves can refuse it.
const COSTS = 'AttributeCosts_*';
/** Bits of a difference of keys. */
const SIZE = 172;
const CLAIMED = ['reasons', 'reasonsCommitment', 'ReasonsShell_*.ReasonsCommitment_*', 'TopReasons_*.hot'];
const { attributes } = PLAIN_REASONS;

function measuredAgainst(changes: Readonly<Record<number, bigint>>): ReasonsCase {
  return { ...PLAIN_REASONS, baseline: PLAIN_REASONS.baseline.map((value, j) => changes[j] ?? value) };
}
const atBaseline = (...slots: number[]): Record<number, bigint> =>
  Object.fromEntries(slots.map((slot) => [slot, attributes[slot]!]));

const FEW = measuredAgainst(atBaseline(3, 8, 11, 12));
const DONORS = {
  swapped: { claim: [4n, 9n, 22n, 12n], of: measuredAgainst({ 3: 110n }) },
  tie: { claim: [9n, 4n, 22n, 13n], of: measuredAgainst(atBaseline(11)) },
  skippedFirst: { claim: [4n, 22n, 12n, 13n], of: measuredAgainst(atBaseline(8)) },
  skippedSecond: { claim: [9n, 22n, 12n, 13n], of: measuredAgainst(atBaseline(3)) },
  skippedLast: { claim: [9n, 4n, 22n, 0n], of: measuredAgainst(atBaseline(11, 12)) },
  worthless: { claim: [22n, 1n, 0n, 0n], of: measuredAgainst({ ...atBaseline(3, 8, 11, 12), 0: 101n }) },
  gain: { claim: [9n, 4n, 22n, 21n], of: measuredAgainst({ ...atBaseline(11, 12), 20: 305n }) },
} as const;

suite('forged witnesses of reasons', () => {
  const victims = new Map<ReasonsCase, Forger>();
  const donors = new Map<keyof typeof DONORS, bigint[]>();
  before(async () => {
    const circuit = await loadStatement('reasons-additive');
    for (const declined of [PLAIN_REASONS, FEW]) {
      const witness = circuit.calculator.witness(reasonsInput(declined));
      victims.set(declined, new Forger(circuit.r1cs, circuit.symbols, witness));
    }
    for (const [name, { claim, of }] of Object.entries(DONORS)) {
      assert.deepEqual(reasonsOf(of), claim);
      donors.set(name as keyof typeof DONORS, circuit.calculator.witness(reasonsInput(of)));
    }
  });
  const plain = (): Forger => victims.get(PLAIN_REASONS)!;
  /** A claim that is true for the donor, made for the victim: all that follows from it is computed, the bits of differences too. */
  const claimed = (donor: keyof typeof DONORS, victim = PLAIN_REASONS): Forgery => {
    const forger = victims.get(victim)!;
    const grafted = forger.graft(donors.get(donor)!, ...CLAIMED);
    return forger.forge(new Map([...grafted, ...differences(forger, costs(victim), DONORS[donor].claim, SIZE)]));
  };

  suite('order', () => {
    test('two reasons in the wrong order', () => assertRefusedBy(claimed('swapped'), /falling\[0\]/));
    test('the higher slot of two equal costs', () => assertRefusedBy(claimed('tie'), /smaller\[11\]/));
    test('a larger cost that is skipped, as first, second or last reason', () => {
      assertRefusedBy(claimed('skippedFirst'), /smaller\[8\]/);
      assertRefusedBy(claimed('skippedSecond'), /smaller\[3\]/);
      assertRefusedBy(claimed('skippedLast'), /smaller\[1[12]\]/);
    });
    test('an attribute that costs nothing', () => assertRefusedBy(claimed('worthless', FEW), /falling\[1\]/));
    test('an attribute that the applicant gains by', () => assertRefusedBy(claimed('gain'), /falling\[3\]|smaller/));
    test('one attribute twice, and a gap', () => {
      for (const reasons of [
        [9n, 9n, 4n, 22n],
        [9n, 4n, 0n, 22n],
      ]) {
        const selectors = reasons.flatMap((reason, i) => [...selectedReason(plain(), i, reason)]);
        const changes = new Map([...selectors, ...differences(plain(), costs(PLAIN_REASONS), reasons, SIZE)]);
        assertRefused(plain().forge(changes), reasons[2] === 0n ? /falling\[2\]/ : /falling\[0\]/);
      }
    });
  });

  suite('selectors', () => {
    const out = (j: number): string => `TopReasons_*.hot[3].out[${j}]`;

    test('a reason that selects another slot than it names, two, or none', () => {
      const forger = plain();
      const none = new Map([[out(12), 0n]]);
      const two = new Map([[out(13), 1n]]);
      for (const changes of [none, two, new Map([...none, ...two])])
        assertRefused(forger.forge(changes), /TopReasons_\*\.hot\[3\]\.out/);
    });

    test('selectors that are not boolean, with the sum of a one-hot list', () => {
      // 11 = 2 * 12 - 13: the sum is one and the weighted sum is right.
      const changes = selectedReason(plain(), 3, 11n).set(out(11), 0n).set(out(12), 2n).set(out(13), -1n);
      assertRefused(plain().forge(changes), /hot\[3\]\.out\[1[23]\]/);
    });

    test('a reason of 33', () => {
      assertRefused(plain().forge(new Map([['reasons[3]', 33n]])), /TopReasons_\*\.hot\[3\]/);
    });
  });

  suite('costs', () => {
    test('a step that is taken for reached, or for not reached by the baseline', () => {
      for (const signal of ['below[2]', 'standardBelow[1]', 'standardBelow[0]']) {
        const name = `${COSTS}.${signal}`;
        const forger = plain();
        const forged = forger.forge({ [name]: 1n - forger.value(name) });
        assertRefused(forged, /LessThanBits_\*/);
      }
    });

    test('a jump that is added to another attribute, or to none', () => {
      const forger = plain();
      const at = `${COSTS}.route[1].out[21]`;
      const beside = `${COSTS}.route[1].out[20]`;
      for (const changes of [{ [beside]: forger.value(at) }, { [at]: 0n }, { [at]: 0n, [beside]: forger.value(at) }]) {
        const known = Object.fromEntries(Object.entries(changes).filter(([name]) => forger.has(name)));
        assertRefused(forger.forge(known), /route\[1\]/);
      }
    });

    test('a slot bit of a step that reads another attribute', () => {
      const bit = `${COSTS}.route[1].bits[1]`;
      assertRefused(plain().forge({ [bit]: 1n - plain().value(bit) }), /step\[1\]\.bits|stepWords\[1\]/);
    });

    test('a continuous term that is another one', () => {
      const term = `${COSTS}.continuous[8]`;
      assertRefused(plain().forge({ [term]: plain().value(term) + 1n }), /continuous\[8\]/);
    });

    test('a weight that wraps around the field', () => {
      assertRefused(plain().forge({ 'weights[20]': 2n ** 250n }), /TopReasons_\*/);
    });
  });

  suite('openings', () => {
    test('a baseline value of 2^40 whose carry leaves the packed word as it was', () => {
      const { baseline } = PLAIN_REASONS;
      const forged = plain().forge({ 'baseline[0]': baseline[0]! + 2n ** 40n, 'baseline[1]': baseline[1]! - 1n });
      assertRefused(forged, /BaselineHash_\*.*Num2Bits|BaselineHash_\*.*bits/);
    });

    test('another baseline under the same hash, and the same one under another schema', () => {
      const changed = plain().forge({
        'baseline[8]': PLAIN_REASONS.attributes[8]!,
        baselineHash: plain().value('baselineHash'),
      });
      assertRefused(changed, /BaselineHash/);
      const { schemaId, baseline } = PLAIN_REASONS;
      const other = baselineHash({ schemaId: schemaId + 1n, baseline });
      assertRefused(plain().forge({ baselineHash: other }), /^baselineHash$/);
    });

    test('an outcome that is not a decline', () => {
      const key = plain().value('ReasonsShell_*.openingKey');
      const approved = poseidon([tag('outcome'), 1n, key]);
      assertRefusedBy(plain().forge({ outcomeCommitment: approved }), /^outcomeCommitment$/);
    });

    test('reasons committed to that are others than the proved ones', () => {
      const key = plain().value('ReasonsShell_*.openingKey');
      const committed = poseidon([tag('reasons'), 0n, 4n, 9n, 22n, 12n, key]);
      assertRefusedBy(plain().forge({ reasonsCommitment: committed }), /^reasonsCommitment$/);
    });

    for (const signal of ['weights[0]', 'stepWeights[31]', 'stepWords[31]', 'bias', 'cutoff', 'modelSalt', 'b0']) {
      test(`${signal} of another model`, () => {
        const forged = plain().forge({
          [signal]: plain().value(signal) + 1n,
          modelCommitment: plain().value('modelCommitment'),
        });
        assertRefused(forged, /AdditiveModelCommitment/);
      });
    }

    for (const signal of ['subject', 'salt', 'attributes[30]']) {
      test(`another applicant's ${signal} under the same commitment`, () => {
        const forged = plain().forge({
          [signal]: plain().value(signal) + 1n,
          applicantCommitment: plain().value('applicantCommitment'),
        });
        assertRefused(forged, /ApplicantCommitment|packed/);
      });
    }

    test('another schema under the same commitments', () => {
      const forged = plain().forge({
        schemaId: PLAIN_REASONS.schemaId + 1n,
        applicantCommitment: plain().value('applicantCommitment'),
        modelCommitment: plain().value('modelCommitment'),
        baselineHash: plain().value('baselineHash'),
      });
      for (const part of [/ApplicantCommitment/, /AdditiveModelCommitment/, /BaselineHash/])
        assertRefused(forged, part);
    });
  });
});
