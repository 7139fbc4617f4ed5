import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { poseidon, tag } from '@assay/field';
import { loadStatement } from './artifacts.ts';
import { differences } from './forged-reasons.ts';
import { Forger, type Forgery } from './forger.ts';
import { firstSums, secondSums } from './network-oracle.ts';
import {
  type NetworkReasonsCase,
  networkCosts,
  networkReasons,
  networkReasonsInput,
  PLAIN_NETWORK_REASONS,
} from './network-reasons-cases.ts';
import { baselineHash } from './reasons-oracle.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';

// The true reasons are 6, 28, 15, 12. Each other claim is grafted from an applicant for whom it is true, with the same
// commitments, so that nothing but the costs themselves can refuse it.
const PLAIN = PLAIN_NETWORK_REASONS;
const { model, attributes, baseline } = PLAIN;
const COSTS = 'NetworkCosts_*';
const CLAIMED = ['reasons', 'reasonsCommitment', 'ReasonsShell_*.ReasonsCommitment_*', 'TopReasons_*.hot'];
/** Bits of a difference of keys. */
const SIZE = 102;
const DONORS = {
  swapped: { claim: [28n, 6n, 15n, 12n], of: measuredAgainst(5, baseline[5]! + 4n) },
  tie: { claim: [6n, 28n, 15n, 13n], of: measuredAgainst(11, attributes[11]!) },
  skipped: { claim: [28n, 15n, 12n, 13n], of: measuredAgainst(5, attributes[5]!) },
} as const;

function measuredAgainst(slot: number, value: bigint): NetworkReasonsCase {
  return { ...PLAIN, baseline: baseline.with(slot, value) };
}

suite('forged witnesses of reasons by a network', () => {
  let plain: Forger;
  const donors = new Map<keyof typeof DONORS, bigint[]>();
  before(async () => {
    const circuit = await loadStatement('reasons-network');
    plain = new Forger(circuit.r1cs, circuit.symbols, circuit.calculator.witness(networkReasonsInput(PLAIN)));
    for (const [name, { claim, of }] of Object.entries(DONORS)) {
      assert.deepEqual(networkReasons(of), claim);
      donors.set(name as keyof typeof DONORS, circuit.calculator.witness(networkReasonsInput(of)));
    }
  });
  const claimed = (donor: keyof typeof DONORS): Forgery => {
    const grafted = plain.graft(donors.get(donor)!, ...CLAIMED);
    return plain.forge(new Map([...grafted, ...differences(plain, networkCosts(PLAIN), DONORS[donor].claim, SIZE)]));
  };
  /** Overrides of those signals that have wires of their own. */
  const forge = (changes: Readonly<Record<string, bigint>>): Forgery => {
    const known = Object.entries(changes).filter(([name]) => plain.has(name));
    assert.ok(known.length > 0);
    return plain.forge(new Map(known));
  };

  suite('order', () => {
    test('two reasons in the wrong order', () => assertRefusedBy(claimed('swapped'), /falling\[0\]/));
    test('the higher slot of two equal costs', () => assertRefusedBy(claimed('tie'), /smaller\[11\]/));
    test('an attribute that is left out', () => assertRefusedBy(claimed('skipped'), /smaller\[5\]/));
  });

  // Slot 5 is measured by the applicant with it alone at the baseline.
  const replaced = attributes.with(5, baseline[5]!);
  for (const layer of ['first', 'second'] as const) {
    const sums = (layer === 'first' ? firstSums : secondSums)(model, replaced);
    const inactive = sums.findIndex((sum, i) => sum < 0n && i % 4 !== 3);
    const active = sums.findIndex((sum, i) => sum > 0n && i % 4 !== 3);
    const group = (neuron: number): string =>
      `${COSTS}.${layer === 'first' ? `firstOf[5][${Math.floor(neuron / 4)}]` : `secondOf[5].relu[${Math.floor(neuron / 4)}]`}`;
    const bit = (neuron: number, k: number): string => `${group(neuron)}.bits[${63 * (neuron % 4) + k}]`;
    const culprit = layer === 'first' ? /firstOf\[5\]\[\d\]\.bits/ : /secondOf\[5\]\.relu\[\d\]\.bits/;

    suite(`the ${layer} layer of one replacement`, () => {
      test('a negative sum that passes for positive, and the reverse', () => {
        assertRefused(forge({ [bit(inactive, 62)]: 1n }), culprit);
        assertRefused(forge({ [bit(active, 62)]: 0n }), culprit);
      });

      test("the same, the difference carried into the next neuron's sum", () => {
        const lowest = bit(inactive + 1, 0);
        const value = plain.has(lowest) ? plain.value(lowest) : 0n;
        assertRefused(forge({ [bit(inactive, 62)]: 2n, [lowest]: value - 1n }), culprit);
      });

      test('an activation that is rounded up, or has other bits, or some that are not boolean', () => {
        for (const k of [5, 27, 28, 40])
          assertRefused(forge({ [bit(active, k)]: 1n - plain.value(bit(active, k)) }), culprit);
        const [low, high] = [bit(active, 40), bit(active, 41)];
        assertRefused(forge({ [low]: plain.value(low) + 2n, [high]: plain.value(high) - 1n }), culprit);
      });

      test('an activation of an inactive neuron, and one that is another number', () => {
        for (const neuron of [inactive, active]) {
          const out = layer === 'first' ? `${group(neuron)}.out[${neuron % 4}]` : `${COSTS}.innerOf[5][${neuron}]`;
          assertRefused(forge({ [out]: plain.value(out) + 1n }), /(firstOf|secondOf|innerOf)\[5\]/);
        }
      });
    });
  }

  suite('costs', () => {
    /** A neuron of the second layer that the replacement changes. */
    const counting = secondSums(model, replaced).findIndex(
      (sum, k) => sum > 0n && sum !== secondSums(model, attributes)[k],
    );

    test('a replacement that shifts by another amount, or not at all, in one group or by another slot', () => {
      const shift = (j: number, g: number): string => `${COSTS}.shift[${j}][${g}]`;
      for (const other of [0n, plain.value(shift(5, 2)) + 1n, plain.value(shift(6, 2))])
        assertRefused(forge({ [shift(5, 2)]: other }), /shift\[5\]\[2\]/);
    });

    test("a product of the second layer that is another replacement's", () => {
      const product = (j: number): string => `${COSTS}.secondOf[${j}].product[1][9]`;
      for (const other of [plain.value(product(27)) + 1n, 0n, plain.value(product(5)) + 2n ** 252n])
        assertRefused(forge({ [product(5)]: other }), /secondOf\[5\]\.product\[1\]\[9\]/);
    });

    test('a term that is another one', () => {
      const term = `${COSTS}.term[5][${counting}]`;
      for (const other of [0n, plain.value(term) - 1n])
        assertRefused(forge({ [term]: other }), new RegExp(`term\\[5\\]\\[${counting}\\]`));
    });

    test('a cost that wraps around the field', () => {
      assertRefused(plain.forge({ [`outputWeights[${counting}]`]: 2n ** 250n }), /TopReasons_\*/);
    });

    test('a reach of a replacement that leaves the digits, passed off as a smaller one', () => {
      const moved = `${COSTS}.moved[5]`;
      assertRefused(forge({ [moved]: 0n }), /moved\[5\]/);
      assertRefused(plain.forge({ 'slotNorms[5]': 2n ** 62n }), /NetworkCosts_\*\.RangeCheck/);
    });
  });

  suite('openings', () => {
    test('a weight, a bias or a norm of another network', () => {
      const modelCommitment = plain.value('modelCommitment');
      for (const [signal, change] of [
        ['firstWords[3][6]', 2n ** 83n],
        ['firstWords[0][0]', 1n],
        ['secondWords[2][11]', 2n ** 126n],
        ['outputWeights[6]', 1n],
        ['outputBias', 1n],
        ['cutoff', -1n],
        ['slotNorms[4]', -1n],
        ['growth[1]', 1n],
        ['modelSalt', 1n],
      ] as const) {
        const forged = plain.forge({ [signal]: plain.value(signal) + change, modelCommitment });
        assertRefused(forged, /NetworkModelCommitment/);
      }
    });

    test('another baseline under the same hash, or one whose carry leaves the packed word as it was', () => {
      const changed = plain.forge({ 'baseline[8]': attributes[8]!, baselineHash: plain.value('baselineHash') });
      assertRefused(changed, /BaselineHash/);
      const carried = plain.forge({ 'baseline[0]': baseline[0]! + 2n ** 40n, 'baseline[1]': baseline[1]! - 1n });
      assertRefused(carried, /BaselineHash_\*.*[bB]its/);
    });

    test("another applicant's attributes or secrets under the same commitment", () => {
      const applicantCommitment = plain.value('applicantCommitment');
      for (const signal of ['subject', 'salt', 'attributes[30]'])
        assertRefused(
          plain.forge({ [signal]: plain.value(signal) + 1n, applicantCommitment }),
          /ApplicantCommitment|packed/,
        );
    });

    test('an outcome that is not a decline, and other reasons than the proved ones', () => {
      const key = plain.value('ReasonsShell_*.openingKey');
      const approved = poseidon([tag('outcome'), 1n, key]);
      assertRefusedBy(plain.forge({ outcomeCommitment: approved }), /^outcomeCommitment$/);
      const reasonsCommitment = poseidon([tag('reasons'), 0n, 28n, 6n, 15n, 12n, key]);
      assertRefusedBy(plain.forge({ reasonsCommitment }), /^reasonsCommitment$/);
    });

    test('another schema under the same commitments', () => {
      const schemaId = PLAIN.schemaId + 1n;
      const names = ['applicantCommitment', 'modelCommitment', 'baselineHash'];
      const held = Object.fromEntries(names.map((name) => [name, plain.value(name)]));
      const forged = plain.forge({ schemaId, ...held });
      for (const part of [/ApplicantCommitment/, /NetworkModelCommitment/, /BaselineHash/]) assertRefused(forged, part);
      const other = baselineHash({ schemaId, baseline });
      assertRefusedBy(plain.forge({ baselineHash: other }), /^baselineHash$/);
    });
  });
});
