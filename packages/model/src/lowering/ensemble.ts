import type { Comparison } from './condition.ts';
import type { Operation } from './value.ts';

/** One node's test: a column against constants. */
export interface EnsembleNode {
  readonly column: number;
  readonly comparison: Comparison;
  /** Equal for comparisons that are. */
  readonly key: string;
  readonly whenTrue: EnsembleBranch;
  readonly whenFalse: EnsembleBranch;
}

/** A node, or the index of a leaf of its tree. */
export type EnsembleBranch = EnsembleNode | number;

/** What a leaf adds to one target's score. */
export interface Vote {
  readonly target: number;
  readonly weight: number;
}

/** One tree: its nodes, and the votes of each leaf. */
export interface EnsembleTree {
  readonly root: EnsembleBranch;
  readonly leaves: readonly (readonly Vote[])[];
}

/** A comparison with the node's value, by the mode's name in the standard. */
export function comparisonOf(op: Operation, mode: string, value: number): Comparison {
  switch (mode) {
    case 'BRANCH_LEQ':
      return { kind: 'monotone', holds: (x) => x <= value };
    case 'BRANCH_LT':
      return { kind: 'monotone', holds: (x) => x < value };
    case 'BRANCH_GTE':
      return { kind: 'monotone', holds: (x) => x >= value };
    case 'BRANCH_GT':
      return { kind: 'monotone', holds: (x) => x > value };
    case 'BRANCH_EQ':
      return { kind: 'member', values: [value], among: true };
    case 'BRANCH_NEQ':
      return { kind: 'member', values: [value], among: false };
    default:
      throw op.refuse(`has a node of mode ${mode}, which the standard does not know`, 'malformed');
  }
}

/** Paths longer than this are refused before they are followed. */
const LONGEST_PATH = 256;

/**
 * Follows a tree from its root. A node that several others lead to (as for sets of categories that are tested one by one) is one branch.
 *
 * @param read what stands at a reference: a node with references to its children, or the votes of a leaf
 * @param name tells references apart
 * @throws ModelError `malformed` where a node leads back to itself, `too_large` beyond 256 nodes on a path
 */
export function followTree<Reference>(
  op: Operation,
  tree: number,
  root: Reference,
  read: (at: Reference) => ReadNode<Reference> | readonly Vote[],
  name: (at: Reference) => string,
): EnsembleTree {
  const leaves: (readonly Vote[])[] = [];
  const known = new Map<string, EnsembleBranch>();
  const open = new Set<string>();
  const follow = (at: Reference): EnsembleBranch => {
    const followed = known.get(name(at));
    if (followed !== undefined) return followed;
    if (open.has(name(at))) throw op.refuse(`leads back to a node of tree ${tree}`, 'malformed');
    if (open.size > LONGEST_PATH)
      throw op.refuse(`tree ${tree} has a path of more than ${LONGEST_PATH} nodes`, 'too_large');
    open.add(name(at));
    const branch = branchAt(read(at));
    open.delete(name(at));
    known.set(name(at), branch);
    return branch;
  };
  const branchAt = (found: ReadNode<Reference> | readonly Vote[]): EnsembleBranch => {
    if (!('column' in found)) return leaves.push(found) - 1;
    const { column, comparison, key, whenTrue, whenFalse } = found;
    return { column, comparison, key, whenTrue: follow(whenTrue), whenFalse: follow(whenFalse) };
  };
  return { root: follow(root), leaves };
}

/** A node whose children are still references. */
export interface ReadNode<Reference> extends Pick<EnsembleNode, 'column' | 'comparison' | 'key'> {
  readonly whenTrue: Reference;
  readonly whenFalse: Reference;
}
