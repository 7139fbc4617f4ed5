import { comparisonOf, type EnsembleTree, followTree, type Vote } from './ensemble.ts';
import type { Operation } from './value.ts';

/** Where TreeEnsembleClassifier and TreeEnsembleRegressor keep the votes of their leaves. */
export type VotePrefix = 'class' | 'target';

/**
 * Reads the trees of TreeEnsembleClassifier or TreeEnsembleRegressor (ai.onnx.ml 1 to 4): columns of numbers, one entry a node. Where
 * missing values go does not matter, since a raw value is never NaN.
 */
export function readEnsemble(op: Operation, votes: VotePrefix): EnsembleTree[] {
  refuseBinary64(op);
  const nodes = readNodes(op);
  const leaves = readVotes(op, votes);
  const roots = rootsOf(op, nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return roots.map((root, tree) =>
    followTree(
      op,
      tree,
      root.id,
      (id) => {
        const node = byId.get(id);
        if (node === undefined) throw op.refuse(`tree ${tree} leads to a node that is not there`, 'malformed');
        if (node.mode === 'LEAF') return leaves.get(id) ?? [];
        return {
          column: node.column,
          comparison: comparisonOf(op, node.mode, node.value),
          key: `${node.mode} ${node.value}`,
          whenTrue: `${node.tree}:${node.whenTrue}`,
          whenFalse: `${node.tree}:${node.whenFalse}`,
        };
      },
      (id) => id,
    ),
  );
}

interface FlatNode {
  readonly id: string;
  readonly tree: number;
  readonly column: number;
  readonly mode: string;
  readonly value: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
}

function readNodes(op: Operation): FlatNode[] {
  const numbers = (name: string) => op.integers(name).map(Number);
  const [trees, ids, columns] = [numbers('nodes_treeids'), numbers('nodes_nodeids'), numbers('nodes_featureids')];
  const [whenTrue, whenFalse] = [numbers('nodes_truenodeids'), numbers('nodes_falsenodeids')];
  const modes = op.texts('nodes_modes');
  // Infinite thresholds are sound: every value passes them, or none.
  const values = op.node.attributes.get('nodes_values')?.floats ?? [];
  const lists = [ids, columns, whenTrue, whenFalse, modes, values];
  if (trees.length === 0 || lists.some(({ length }) => length !== trees.length))
    throw op.refuse('has lists of nodes of different lengths', 'malformed');
  if (values.some(Number.isNaN)) throw op.refuse('has a threshold that is not a number', 'malformed');
  return trees.map((tree, i) => ({
    id: `${tree}:${ids[i]}`,
    tree,
    column: columns[i]!,
    mode: modes[i]!,
    value: values[i]!,
    whenTrue: whenTrue[i]!,
    whenFalse: whenFalse[i]!,
  }));
}

/** The first node of each tree, as runtimes take it. */
function rootsOf(op: Operation, nodes: readonly FlatNode[]): FlatNode[] {
  if (new Set(nodes.map(({ id }) => id)).size !== nodes.length) throw op.refuse('lists a node twice', 'malformed');
  const roots = nodes.filter((node, i) => node.tree !== nodes[i - 1]?.tree);
  if (new Set(roots.map(({ tree }) => tree)).size !== roots.length)
    throw op.refuse('lists the nodes of a tree in several places', 'malformed');
  return roots;
}

function readVotes(op: Operation, prefix: VotePrefix): Map<string, Vote[]> {
  const numbers = (name: string) => op.integers(`${prefix}_${name}`).map(Number);
  const [trees, nodes, targets] = [numbers('treeids'), numbers('nodeids'), numbers('ids')];
  const weights = op.floats(`${prefix}_weights`);
  if ([nodes, targets, weights].some(({ length }) => length !== trees.length))
    throw op.refuse('has lists of votes of different lengths', 'malformed');
  const votes = new Map<string, Vote[]>();
  for (const [i, tree] of trees.entries()) {
    const id = `${tree}:${nodes[i]}`;
    const vote = { target: targets[i]!, weight: weights[i]! };
    const before = votes.get(id) ?? [];
    if (before.some(({ target }) => target === vote.target))
      throw op.refuse('has a leaf that votes twice for one target', 'malformed');
    votes.set(id, [...before, vote]);
  }
  return votes;
}

/** Thresholds and votes of binary64 come with inputs of binary64, of which the band says nothing. */
function refuseBinary64(op: Operation): void {
  const name = [...op.node.attributes.keys()].find((attribute) => attribute.endsWith('_as_tensor'));
  if (name !== undefined) throw op.refuse(`computes in binary64 (${name}): export it with float inputs`);
}
