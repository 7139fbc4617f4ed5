// Test only: writes trees as the operators of ai.onnx.ml hold them, and evaluates them node by node in binary32.
import { buildModel, floats, type GraphSpec } from './graph-fixture.ts';
import type { TensorProto } from './onnx/gen/onnx.ts';
import { ELEMENT } from './onnx/tensor.ts';

/** Branch modes in the order in which TreeEnsemble numbers them. */
export const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'] as const;
export type Mode = (typeof MODES)[number];

/** A node, or what a leaf votes. */
export type FixtureTree = FixtureNode | number;
export interface FixtureNode {
  readonly column: number;
  readonly mode: Mode;
  readonly value: number;
  readonly whenTrue: FixtureTree;
  readonly whenFalse: FixtureTree;
}

/** The leaf that binary32 columns reach. */
export function reach(tree: FixtureTree, columns: readonly number[]): number {
  if (typeof tree === 'number') return tree;
  const [x, value] = [Math.fround(columns[tree.column]!), Math.fround(tree.value)];
  const holds = {
    BRANCH_LEQ: x <= value,
    BRANCH_LT: x < value,
    BRANCH_GTE: x >= value,
    BRANCH_GT: x > value,
    BRANCH_EQ: x === value,
    BRANCH_NEQ: x !== value,
  }[tree.mode];
  return reach(holds ? tree.whenTrue : tree.whenFalse, columns);
}

type Attributes = NonNullable<GraphSpec['nodes'][number][3]>;

interface Flat {
  readonly tree: number;
  readonly id: number;
  readonly column: number;
  readonly mode: string;
  readonly value: number;
  whenTrue: number;
  whenFalse: number;
}

/** `nodes_*` and votes (`class_*` or `target_*`, all for target 0) of some trees. */
export function ensembleAttributes(trees: readonly FixtureTree[], prefix: 'class' | 'target'): Attributes {
  const flat: Flat[] = [];
  for (const [tree, root] of trees.entries()) {
    let next = 0;
    const write = (at: FixtureTree): number => {
      const id = next++;
      const leaf = typeof at === 'number';
      const node: Flat = {
        tree,
        id,
        column: leaf ? 0 : at.column,
        mode: leaf ? 'LEAF' : at.mode,
        value: leaf ? at : at.value,
        whenTrue: 0,
        whenFalse: 0,
      };
      flat.push(node);
      if (!leaf) [node.whenTrue, node.whenFalse] = [write(at.whenTrue), write(at.whenFalse)];
      return id;
    };
    write(root);
  }
  const leaves = flat.filter(({ mode }) => mode === 'LEAF');
  const integers = (list: readonly Flat[], pick: (node: Flat) => number) => list.map((node) => BigInt(pick(node)));
  return {
    nodes_treeids: integers(flat, ({ tree }) => tree),
    nodes_nodeids: integers(flat, ({ id }) => id),
    nodes_featureids: integers(flat, ({ column }) => column),
    nodes_modes: flat.map(({ mode }) => mode),
    nodes_values: flat.map(({ mode, value }) => (mode === 'LEAF' ? 0 : value)),
    nodes_truenodeids: integers(flat, ({ whenTrue }) => whenTrue),
    nodes_falsenodeids: integers(flat, ({ whenFalse }) => whenFalse),
    [`${prefix}_treeids`]: integers(leaves, ({ tree }) => tree),
    [`${prefix}_nodeids`]: integers(leaves, ({ id }) => id),
    [`${prefix}_ids`]: leaves.map(() => 0n),
    [`${prefix}_weights`]: leaves.map(({ value }) => value),
  };
}

/** A graph of one TreeEnsembleRegressor on float columns. */
export function regressor(columns: number, trees: readonly FixtureTree[], more: Attributes = {}): Uint8Array {
  return buildModel({
    inputs: [['x', ELEMENT.FLOAT, columns]],
    nodes: [
      [
        'ai.onnx.ml.TreeEnsembleRegressor',
        ['x'],
        ['score'],
        { ...ensembleAttributes(trees, 'target'), n_targets: 1n, ...more },
      ],
    ],
    outputs: ['score'],
  });
}

/** A graph of one TreeEnsembleClassifier between the classes 0 and 1, votes for one of them. */
export function classifier(
  columns: number,
  trees: readonly FixtureTree[],
  post_transform: string,
  more: Attributes = {},
): Uint8Array {
  return buildModel({
    inputs: [['x', ELEMENT.FLOAT, columns]],
    nodes: [
      [
        'ai.onnx.ml.TreeEnsembleClassifier',
        ['x'],
        ['label', 'probabilities'],
        { ...ensembleAttributes(trees, 'class'), classlabels_int64s: [0n, 1n], post_transform, ...more },
      ],
    ],
    outputs: ['label', 'probabilities'],
  });
}

/** A node of TreeEnsemble; `value` may be a set of members. */
export interface FixtureNodeV5 extends Omit<FixtureNode, 'mode' | 'value' | 'whenTrue' | 'whenFalse'> {
  readonly mode: Mode | 'BRANCH_MEMBER';
  readonly value: number | readonly number[];
  readonly whenTrue: FixtureTreeV5;
  readonly whenFalse: FixtureTreeV5;
}
export type FixtureTreeV5 = FixtureNodeV5 | number;

/** A graph of one TreeEnsemble (ai.onnx.ml 5) on float columns. A tree of one leaf has to be given as a node. */
export function ensembleV5(columns: number, trees: readonly FixtureNodeV5[], more: Attributes = {}): Uint8Array {
  const nodes: { column: number; mode: number; split: number; children: bigint[]; leaves: bigint[] }[] = [];
  const leaves: number[] = [];
  const members: number[] = [];
  const write = (at: FixtureNodeV5): number => {
    const node = { column: at.column, mode: 6, split: 0, children: [0n, 0n], leaves: [0n, 0n] };
    const index = nodes.push(node) - 1;
    if (typeof at.value === 'number') [node.mode, node.split] = [MODES.indexOf(at.mode as Mode), at.value];
    else members.push(...at.value, Number.NaN);
    for (const [side, child] of [at.whenTrue, at.whenFalse].entries()) {
      node.leaves[side] = typeof child === 'number' ? 1n : 0n;
      node.children[side] = BigInt(typeof child === 'number' ? leaves.push(child) - 1 : write(child));
    }
    return index;
  };
  const roots = trees.map((tree) => BigInt(write(tree)));
  const bytes: TensorProto = { ...floats('modes', [nodes.length], []), dataType: ELEMENT.UINT8 };
  return buildModel(
    {
      inputs: [['x', ELEMENT.FLOAT, columns]],
      nodes: [
        [
          'ai.onnx.ml.TreeEnsemble',
          ['x'],
          ['score'],
          {
            tree_roots: roots,
            nodes_featureids: nodes.map(({ column }) => BigInt(column)),
            nodes_modes: { ...bytes, rawData: Uint8Array.from(nodes.map(({ mode }) => mode)) },
            nodes_splits: floats(
              'splits',
              [nodes.length],
              nodes.map(({ split }) => split),
            ),
            nodes_truenodeids: nodes.map(({ children }) => children[0]!),
            nodes_falsenodeids: nodes.map(({ children }) => children[1]!),
            nodes_trueleafs: nodes.map(({ leaves: [first] }) => first!),
            nodes_falseleafs: nodes.map(({ leaves: [, second] }) => second!),
            leaf_targetids: leaves.map(() => 0n),
            leaf_weights: floats('weights', [leaves.length], leaves),
            ...(members.length > 0 && { membership_values: floats('members', [members.length], members) }),
            n_targets: 1n,
            aggregate_function: 1n,
            ...more,
          },
        ],
      ],
      outputs: ['score'],
    },
    (model) => ({
      ...model,
      irVersion: 9n,
      opsetImport: [
        { domain: '', version: 18n },
        { domain: 'ai.onnx.ml', version: 5n },
      ],
    }),
  );
}
