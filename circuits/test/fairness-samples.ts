import { SUBGROUP_ORDER } from '@assay/field';
import fc from 'fast-check';
import type { FairnessCase } from './fairness-oracle.ts';
import type { PartitionCounts } from './verdict-oracle.ts';

/** Counts end below this, those of one partition together. */
export const MAX_TOTAL = 2n ** 24n - 1n;
const GROUPS = 8;

/** Pads a list of groups with empty ones. */
export function padded(values: readonly bigint[]): bigint[] {
  return Array.from({ length: GROUPS }, (_, g) => values[g] ?? 0n);
}

/** A used partition whose groups are all tested against the highest rate. */
export function highest(...groups: (readonly [approvals: bigint, size: bigint])[]): PartitionCounts {
  return {
    used: true,
    reference: undefined,
    tested: new Array<boolean>(GROUPS).fill(true),
    sizes: padded(groups.map(([, size]) => size)),
    approvals: padded(groups.map(([approvals]) => approvals)),
  };
}

/** What the tally holds of a partition that nobody judges: everybody in group 0. */
export function unused(approvals: bigint, total: bigint): PartitionCounts {
  return { ...highest([approvals, total]), used: false, tested: new Array<boolean>(GROUPS).fill(false) };
}

/** Four fifths, 1.96 squared where asked for, thirty members at least. */
export const PLAIN_RULES = {
  num: 4n,
  den: 5n,
  zNum: 384n,
  zDen: 100n,
  needSignificance: true,
  nMin: 30n,
  tMin: 60n,
  minCell: 5n,
};

/** A window with a verdict of each kind, a hidden cell and an unknown group that is not tested. */
export const PLAIN_WINDOW: FairnessCase = {
  ...PLAIN_RULES,
  regulatorScalar: 1234567890123456789n,
  partitionsHash: 4711n,
  partitions: [
    // PASS: exactly four fifths.
    {
      ...highest([80n, 100n], [80n, 100n], [64n, 100n], [0n, 3n]),
      tested: [true, true, true, ...new Array(5).fill(false)],
    },
    // FAIL: the fixed reference is not the highest.
    { ...highest([150n, 200n], [20n, 60n], [43n, 43n]), reference: 0 },
    // INDETERMINATE: low, but not significantly.
    highest([30n, 40n], [18n, 30n], [177n, 233n]),
    unused(224n, 303n),
  ],
  blinding: 987654321098765432109876543210n,
  e: 246813579246813579246813579n,
};

/** Cuts a total at sorted marks into the sizes of eight groups. */
function cut(total: bigint, marks: readonly bigint[]): bigint[] {
  const sorted = [0n, ...marks.map((mark) => mark % (total + 1n)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)), total];
  return sorted.slice(1).map((mark, i) => mark - sorted[i]!);
}

const count = fc.oneof(fc.bigInt({ min: 0n, max: 400n }), fc.bigInt({ min: 0n, max: MAX_TOTAL }));
const bits = fc.array(fc.boolean(), { minLength: GROUPS, maxLength: GROUPS });
const marks = fc.array(count, { minLength: GROUPS - 1, maxLength: GROUPS - 1 });
const total = fc.oneof(
  fc.bigInt({ min: 0n, max: 2000n }),
  fc.bigInt({ min: 0n, max: MAX_TOTAL }),
  fc.constantFrom(0n, 1n, MAX_TOTAL),
);

/** Partitions whose rates lie near each other and near the ratio to the first group's, or anywhere. */
function partition(sum: bigint, num: bigint, den: bigint): fc.Arbitrary<PartitionCounts> {
  const share = fc.constantFrom(
    ...([
      [0n, 1n],
      [1n, 1n],
      [1n, 2n],
      [num, den],
      [num, 2n * den],
      [3n, 4n],
    ] as const),
  );
  const approval = fc.record({ share, offset: fc.constantFrom(-1n, 0n, 0n, 0n, 1n), other: count, near: fc.boolean() });
  const approvals = fc.array(approval, { minLength: GROUPS, maxLength: GROUPS });
  return fc
    .record({
      used: fc.boolean(),
      fixed: fc.boolean(),
      reference: fc.nat(7),
      tested: bits,
      marks,
      approvals,
      all: fc.boolean(),
    })
    .map((drawn) => {
      const sizes = cut(sum, drawn.marks);
      return {
        used: drawn.used || drawn.all,
        reference: drawn.fixed ? drawn.reference : undefined,
        tested: drawn.all ? drawn.tested.map(() => true) : drawn.tested,
        sizes,
        approvals: sizes.map((size, g) => {
          const {
            share: [part, whole],
            offset,
            other,
            near,
          } = drawn.approvals[g]!;
          const wanted = near ? (size * part) / whole + offset : other % (size + 1n);
          return wanted < 0n ? 0n : wanted > size ? size : wanted;
        }),
      };
    });
}

const sixteenBits = fc.oneof(
  fc.bigInt({ min: 1n, max: 10n }),
  fc.bigInt({ min: 1n, max: 65535n }),
  fc.constant(65535n),
);
const ratios = fc.oneof(
  fc.constant({ num: 4n, den: 5n }),
  fc.tuple(sixteenBits, sixteenBits).map(([a, b]) => (a < b ? { num: a, den: b } : { num: b, den: a })),
);
const threshold = fc.oneof(fc.constantFrom(0n, 1n, 5n, 30n, MAX_TOTAL), fc.bigInt({ min: 0n, max: 200n }));

const numbers = fc.record({
  ratio: ratios,
  zNum: fc.oneof(fc.constantFrom(0n, 384n), sixteenBits),
  zDen: fc.oneof(fc.constant(100n), sixteenBits),
  needSignificance: fc.boolean(),
  nMin: threshold.map((n) => (n === 0n ? 1n : n)),
  tMin: threshold,
  minCell: threshold,
});

/** Random windows, with a bias to rates at the edges. */
export const windows: fc.Arbitrary<FairnessCase> = fc.tuple(numbers, total).chain(([{ ratio, ...others }, sum]) =>
  fc
    .record({
      regulatorScalar: fc.bigInt({ min: 1n, max: SUBGROUP_ORDER - 1n }),
      partitionsHash: fc.bigInt({ min: 0n, max: 2n ** 250n }),
      partitions: fc.array(partition(sum, ratio.num, ratio.den), { minLength: 4, maxLength: 4 }),
      blinding: fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 251n - 1n }),
        fc.constantFrom(0n, SUBGROUP_ORDER, 2n ** 251n - 1n),
      ),
      e: fc.bigInt({ min: 1n, max: SUBGROUP_ORDER - 1n }),
    })
    .map((drawn) => ({ ...ratio, ...others, ...drawn })),
);
