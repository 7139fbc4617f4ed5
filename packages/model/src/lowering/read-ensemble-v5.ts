import { ELEMENT, readTensor, type Tensor } from '../onnx/tensor.ts';
import type { Comparison } from './condition.ts';
import { comparisonOf, type EnsembleTree, followTree } from './ensemble.ts';
import type { Operation } from './value.ts';

/** Modes as TreeEnsemble numbers them; the seventh is BRANCH_MEMBER. */
const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'];
const MEMBER = 6;

interface Reference {
  readonly leaf: boolean;
  readonly index: number;
}

/** Reads the trees of TreeEnsemble (ai.onnx.ml 5): nodes and leaves in lists of their own, sets of members for some nodes. */
export function readEnsembleV5(op: Operation): EnsembleTree[] {
  const numbers = (name: string) => op.integers(name).map(Number);
  const columns = numbers('nodes_featureids');
  const [whenTrue, trueLeaf] = [numbers('nodes_truenodeids'), numbers('nodes_trueleafs')];
  const [whenFalse, falseLeaf] = [numbers('nodes_falsenodeids'), numbers('nodes_falseleafs')];
  const modes = tensorOf(op, 'nodes_modes', ELEMENT.UINT8).values;
  const splits = tensorOf(op, 'nodes_splits', ELEMENT.FLOAT).values;
  const targets = numbers('leaf_targetids');
  const weights = tensorOf(op, 'leaf_weights', ELEMENT.FLOAT).values;
  const lists = [whenTrue, trueLeaf, whenFalse, falseLeaf, modes, splits];
  if (lists.some(({ length }) => length !== columns.length) || targets.length !== weights.length)
    throw op.refuse('has lists of nodes or leaves of different lengths', 'malformed');
  if ([...splits, ...weights].some(Number.isNaN)) throw op.refuse('has a number that is none', 'malformed');
  if (!weights.every(Number.isFinite)) throw op.refuse('has a leaf that is not finite', 'malformed');
  const comparisons = modes.map(comparisonReader(op, splits));

  return numbers('tree_roots').map((root, tree) =>
    followTree<Reference>(
      op,
      tree,
      { leaf: false, index: root },
      ({ leaf, index }) => {
        if (!(index >= 0 && index < (leaf ? targets : columns).length))
          throw op.refuse(`tree ${tree} leads to a node that is not there`, 'malformed');
        if (leaf) return [{ target: targets[index]!, weight: weights[index]! }];
        return {
          column: columns[index]!,
          ...comparisons[index]!,
          whenTrue: { leaf: trueLeaf[index] !== 0, index: whenTrue[index]! },
          whenFalse: { leaf: falseLeaf[index] !== 0, index: whenFalse[index]! },
        };
      },
      ({ leaf, index }) => `${leaf ? 'leaf' : 'node'} ${index}`,
    ),
  );
}

/** Sets of members follow one another in the order of the nodes that test them, each ended by NaN. */
function comparisonReader(op: Operation, splits: readonly number[]) {
  const members = op.node.attributes.has('membership_values')
    ? tensorOf(op, 'membership_values', ELEMENT.FLOAT).values
    : [];
  let next = 0;
  return (mode: number, node: number): { comparison: Comparison; key: string } => {
    if (mode !== MEMBER) {
      const name = MODES[mode] ?? String(mode);
      return { comparison: comparisonOf(op, name, splits[node]!), key: `${name} ${splits[node]}` };
    }
    const end = members.findIndex((value, i) => i >= next && Number.isNaN(value));
    if (end < 0) throw op.refuse('has fewer sets of members than nodes that test them', 'malformed');
    const values = members.slice(next, end);
    next = end + 1;
    return { comparison: { kind: 'member', values, among: true }, key: `MEMBER ${values.join(' ')}` };
  };
}

function tensorOf(op: Operation, name: string, elementType: number): Tensor {
  const proto = op.node.attributes.get(name)?.t;
  if (proto === undefined) throw op.refuse(`has no ${name}`, 'malformed');
  const tensor = readTensor({ ...proto, name }, { finite: false });
  if (tensor.elementType !== elementType)
    throw op.refuse(`has ${name} of element type ${tensor.elementType}: export it with float inputs`);
  return tensor;
}
