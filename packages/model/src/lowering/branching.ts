import type { Condition } from './condition.ts';

/** A test of one attribute with what follows on either side of its threshold. */
export interface Test {
  readonly slot: number;
  readonly threshold: bigint;
  /** Where `x_slot < threshold`. */
  readonly below: Branch;
  /** Where `x_slot >= threshold`. */
  readonly above: Branch;
}

/** A test, or the index of the leaf where a path ends. */
export type Branch = Test | number;

/** The tests of one tree in exact thresholds; what its leaves hold is kept apart. */
export interface Branching {
  readonly root: Branch;
  /** How many leaves the graph's tree has; those that nobody reaches keep their index. */
  readonly leaves: number;
  /** The tree's place in its operator, from 0. */
  readonly tree: number;
}

/** A node of the graph's tree with its test understood, or a leaf. */
export type SourceBranch = SourceNode | number;

/** One node as the graph has it: its condition may take several tests, or none. */
export interface SourceNode {
  readonly condition: Condition;
  readonly whenTrue: SourceBranch;
  readonly whenFalse: SourceBranch;
}

/** A tree that needs more tests than this is not taken apart further. */
const MOST_TESTS = 4096;

/** What a path has established of an attribute: `from <= x < to`. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Takes a tree's nodes apart into single tests. A branch that contradicts the tests before it, or the attribute's range, is never
 * taken and left out.
 *
 * @param end one above each attribute's largest value
 * @returns undefined where more than 4,096 tests would be needed
 */
export function takeApart(source: SourceBranch, end: (slot: number) => bigint): Branch | undefined {
  let tests = 0;
  const grow = (at: SourceBranch, known: ReadonlyMap<number, Range>): Branch => {
    if (typeof at === 'number' || tests > MOST_TESTS) return typeof at === 'number' ? at : 0;
    const { slot, first, flips } = at.condition;
    const { from, to } = known.get(slot) ?? { from: 0n, to: end(slot) };
    const open = flips.filter((flip) => flip > from && flip < to);
    const threshold = open[open.length >> 1];
    if (threshold === undefined) {
      const holds = first !== (flips.filter((flip) => flip <= from).length % 2 === 1);
      return grow(holds ? at.whenTrue : at.whenFalse, known);
    }
    tests++;
    const below = grow(at, new Map(known).set(slot, { from, to: threshold }));
    const above = grow(at, new Map(known).set(slot, { from: threshold, to }));
    return { slot, threshold, below, above };
  };
  const root = grow(source, new Map());
  return tests > MOST_TESTS ? undefined : root;
}
