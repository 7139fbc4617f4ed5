import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type { WitnessCalculator } from '@assay/groth16';
import { type FairnessPolicy, type TallyOpening, VERDICTS, verdictsOf } from '@assay/statements';
import fc from 'fast-check';
import { compileGadget } from './compile-gadget.ts';
import { type FairnessCase, rulesOf } from './fairness-oracle.ts';
import { highest, MAX_TOTAL, type PLAIN_RULES, PLAIN_WINDOW, unused, windows } from './fairness-samples.ts';
import { FAIL, INDETERMINATE, PASS, type PartitionCounts, reference, UNUSED, verdict } from './verdict-oracle.ts';

type Rules = Partial<typeof PLAIN_RULES>;

/** Expected verdicts are worked out by hand. */
const CASES: readonly [name: string, rules: Rules, partition: PartitionCounts, expected: bigint][] = [
  ['an unused partition', {}, unused(50n, 100n), UNUSED],
  ['nobody at all', {}, highest(), INDETERMINATE],
  ['no approvals at all', {}, highest([0n, 100n], [0n, 100n]), INDETERMINATE],
  ['everybody approved', {}, highest([100n, 100n], [100n, 100n]), PASS],
  ['one group alone', {}, highest([1n, 100n]), PASS],
  ['empty groups between others', {}, highest([80n, 100n], [0n, 0n], [80n, 100n]), PASS],
  ['exactly four fifths', { needSignificance: false }, highest([800n, 1000n], [640n, 1000n]), PASS],
  ['just below four fifths', { needSignificance: false }, highest([800n, 1000n], [639n, 1000n]), FAIL],
  [
    'just below four fifths, for the lower group',
    { needSignificance: false },
    highest([639n, 1000n], [800n, 1000n]),
    FAIL,
  ],
  ['exactly nMin', { needSignificance: false }, highest([80n, 100n], [1n, 30n]), FAIL],
  ['one fewer than nMin', { needSignificance: false }, highest([80n, 100n], [1n, 29n]), INDETERMINATE],
  [
    'one fewer than nMin, and a failing group',
    { needSignificance: false },
    highest([80n, 100n], [1n, 29n], [1n, 30n]),
    FAIL,
  ],
  ['all groups too small', {}, highest([20n, 29n], [20n, 29n]), INDETERMINATE],
  ['low and significant', {}, highest([80n, 100n], [63n, 100n]), FAIL],
  ['low but not significant', {}, highest([24n, 30n], [19n, 30n]), INDETERMINATE],
  [
    'low but not significant, significance not asked for',
    { needSignificance: false },
    highest([24n, 30n], [19n, 30n]),
    FAIL,
  ],
  // p = 1/2, rates 6/10 and 4/10 of 100 each: z^2 = 0.04 / (0.25 * 0.02) = 8.
  ['significance exactly at the threshold', { zNum: 8n, zDen: 1n }, highest([60n, 100n], [40n, 100n]), INDETERMINATE],
  ['significance just above the threshold', { zNum: 7999n, zDen: 1000n }, highest([60n, 100n], [40n, 100n]), FAIL],
  ['a threshold of zero', { zNum: 0n, zDen: 1n }, highest([60n, 100n], [40n, 100n]), FAIL],
  ['a fixed reference without approvals', {}, { ...highest([0n, 100n], [50n, 100n]), reference: 0 }, INDETERMINATE],
  ['a fixed reference below nMin', {}, { ...highest([10n, 29n], [0n, 100n]), reference: 0 }, INDETERMINATE],
  ['a fixed reference that is empty', {}, { ...highest([0n, 0n], [50n, 100n]), reference: 0 }, INDETERMINATE],
  ['a fixed reference below others', {}, { ...highest([50n, 100n], [100n, 100n]), reference: 0 }, PASS],
  [
    'the highest rate in a group too small to be the reference',
    {},
    highest([80n, 100n], [80n, 100n], [29n, 29n]),
    INDETERMINATE,
  ],
  ['an unknown group that is low, but not tested', {}, tested(highest([80n, 100n], [0n, 100n]), 0), PASS],
  ['an unknown group that is small, but not tested', {}, tested(highest([80n, 100n], [0n, 3n]), 0), PASS],
  ['an unknown group with the highest rate, not tested', {}, tested(highest([50n, 100n], [100n, 100n]), 0), PASS],
  [
    'a fixed reference that is not tested',
    {},
    { ...tested(highest([80n, 100n], [80n, 100n]), 0), reference: 1 },
    INDETERMINATE,
  ],
  ['a window as large as can be', { needSignificance: false, nMin: MAX_TOTAL }, highest([1n, MAX_TOTAL]), PASS],
  ['two groups as large as can be', {}, highest([MAX_TOTAL / 2n, MAX_TOTAL / 2n], [0n, MAX_TOTAL / 2n]), FAIL],
  [
    'all approved but one, the largest parameters',
    { num: 65535n, den: 65535n, zNum: 65535n, zDen: 65535n },
    highest([MAX_TOTAL / 2n, MAX_TOTAL / 2n], [MAX_TOTAL / 2n, MAX_TOTAL / 2n + 1n]),
    INDETERMINATE,
  ],
];

function tested(partition: PartitionCounts, ...groups: number[]): PartitionCounts {
  return { ...partition, tested: partition.tested.map((_, g) => groups.includes(g)) };
}

function gadgetInput(window: FairnessCase, partition: PartitionCounts, h: bigint) {
  const bits = (values: readonly boolean[]): bigint[] => values.map((value) => (value ? 1n : 0n));
  return {
    ...{ num: window.num, den: window.den, zNum: window.zNum, zDen: window.zDen, nMin: window.nMin },
    needSignificance: window.needSignificance ? 1n : 0n,
    used: partition.used ? 1n : 0n,
    fixedReference: partition.reference === undefined ? 0n : 1n,
    reference: BigInt(partition.reference ?? 0),
    tested: bits(partition.tested),
    sizes: partition.sizes,
    approvals: partition.approvals,
    empty: bits(partition.sizes.map((size) => size === 0n)),
    h,
  };
}

function statementVerdicts(window: FairnessCase, partitions: readonly PartitionCounts[]): string[] {
  const counts = (rows: readonly (readonly bigint[])[]): number[][] => rows.map((row) => row.map(Number));
  const opening: TallyOpening = {
    sizes: counts(partitions.map(({ sizes }) => sizes)),
    approvals: counts(partitions.map(({ approvals }) => approvals)),
    blinding: 0n,
  };
  const policy: Pick<FairnessPolicy, 'partitions'> & { document: object } = {
    partitions: partitions.map((partition) => ({
      used: partition.used,
      fixedReference: partition.reference !== undefined,
      reference: partition.reference ?? 0,
      testedMask: partition.tested.reduce((mask, yes, g) => mask | (Number(yes) << g), 0),
    })),
    document: {
      ratio: { num: Number(window.num), den: Number(window.den) },
      significance: { zNum: Number(window.zNum), zDen: Number(window.zDen), required: window.needSignificance },
      nMin: Number(window.nMin),
    },
  };
  return verdictsOf(policy as FairnessPolicy, opening);
}

suite('verdict', () => {
  let gadget: WitnessCalculator;
  before(async () => {
    gadget = await compileGadget('verdict');
  });
  const circuitVerdict = (window: FairnessCase, partition: PartitionCounts, h: bigint): bigint =>
    gadget.witness(gadgetInput(window, partition, h))[1]!;
  const chosen = (window: FairnessCase, partition: PartitionCounts): bigint =>
    BigInt(reference(rulesOf(window), partition) ?? 0);

  for (const [name, rules, partition, expected] of CASES) {
    test(`${name}: ${VERDICTS[Number(expected)]}`, () => {
      const window = { ...PLAIN_WINDOW, ...rules };
      assert.equal(verdict(rulesOf(window), partition), expected, 'the oracle');
      assert.equal(
        statementVerdicts(window, new Array(4).fill(partition))[0],
        VERDICTS[Number(expected)],
        'the statement',
      );
      assert.equal(circuitVerdict(window, partition, chosen(window, partition)), expected, 'the circuit');
    });
  }

  test('oracle, statement and circuit agree on random windows', () => {
    const seen = new Set<bigint>();
    fc.assert(
      fc.property(windows, (window) => {
        const expected = window.partitions.map((partition) => verdict(rulesOf(window), partition));
        for (const value of expected) seen.add(value);
        const names = expected.map((value) => VERDICTS[Number(value)]);
        assert.deepEqual(statementVerdicts(window, window.partitions), names);
        for (const [p, partition] of window.partitions.entries())
          assert.equal(circuitVerdict(window, partition, chosen(window, partition)), expected[p]);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual([...seen].sort(), [UNUSED, PASS, FAIL, INDETERMINATE]);
  });

  test('oracle and statement agree on many random windows', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const expected = window.partitions.map((partition) => VERDICTS[Number(verdict(rulesOf(window), partition))]);
        assert.deepEqual(statementVerdicts(window, window.partitions), expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('no reference but the right one is taken, where it matters', () => {
    fc.assert(
      fc.property(windows, fc.nat(3), (window, p) => {
        const partition = window.partitions[p]!;
        const right = reference(rulesOf(window), partition);
        for (let h = 0; h < 8; h++) {
          const attempt = (): bigint => circuitVerdict(window, partition, BigInt(h));
          if (right === undefined || right === h) assert.equal(attempt(), verdict(rulesOf(window), partition));
          else assert.throws(attempt, { code: 'WITNESS_REJECTED' });
        }
        assert.throws(() => circuitVerdict(window, partition, 8n), { code: 'WITNESS_REJECTED' });
      }),
      { numRuns: 60 },
    );
  });
});
