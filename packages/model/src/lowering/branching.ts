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

/** No more tests than this are tried in search of a shallow order. */
const MOST_TESTS = 20_000;

/** What a path has established of an attribute: `from <= x < to`. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Takes a tree's nodes apart into single tests. A branch that contradicts the tests before it, or the attribute's range, is never
 * taken and left out. A node of several tests asks them in the order that leaves the tree shallowest.
 *
 * @param end one above each attribute's largest value
 * @returns undefined where more than 20,000 tests would have to be tried
 */
export function takeApart(source: SourceBranch, end: (slot: number) => bigint): Branch | undefined {
  let tried = 0;
  const grow = (at: SourceBranch, known: ReadonlyMap<number, Range>): Grown => {
    if (typeof at === 'number' || tried > MOST_TESTS) return { branch: typeof at === 'number' ? at : 0, depth: 0 };
    const { slot, first, flips } = at.condition;
    const { from, to } = known.get(slot) ?? { from: 0n, to: end(slot) };
    const open = flips.filter((flip) => flip > from && flip < to);
    if (open.length === 0) {
      const holds = first !== (flips.filter((flip) => flip <= from).length % 2 === 1);
      return grow(holds ? at.whenTrue : at.whenFalse, known);
    }
    // Beyond two, the middle one: a balanced search.
    const candidates = open.length <= 2 ? open : [open[open.length >> 1]!];
    const orders = candidates.map((threshold): Grown => {
      tried++;
      const below = grow(at, new Map(known).set(slot, { from, to: threshold }));
      const above = grow(at, new Map(known).set(slot, { from: threshold, to }));
      return {
        branch: { slot, threshold, below: below.branch, above: above.branch },
        depth: 1 + Math.max(below.depth, above.depth),
      };
    });
    return orders.reduce((best, order) => (order.depth < best.depth ? order : best));
  };
  const { branch } = grow(source, new Map());
  return tried > MOST_TESTS ? undefined : branch;
}

interface Grown {
  readonly branch: Branch;
  readonly depth: number;
}
