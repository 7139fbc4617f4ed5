import { chain, type Fr, frFromSigned, poseidon, poseidonUnder, tag } from '@assay/field';
import type { DecisionTree, Model, TreeModel, TreeNode, TreeShape } from '@assay/model';
import { SLOTS } from '@assay/schema';
import type { CircuitInput } from '../circuit-input.ts';
import { oncePerObject } from '../once.ts';
import { decimal, element, exactMembers, listOf, slotMask, within } from '../opening-json.ts';
import type { CommittedModel, Family } from './family.ts';

const NUMBERS = ['bias', 'cutoff', 'gammaNum', 'extra'] as const;
const MEMBERS = ['schemaId', 'words', 'leaves', ...NUMBERS, 'readMask'];
/** The largest word, `slot + 32 threshold`. */
const WORD_LIMIT = 1n << 45n;

/** 32 trees of depth 4. docs/spec/statements.md, section 6. */
export const TREES_32X4 = treeFamily(2n, { trees: 32, depth: 4 });
/** 100 trees of depth 6. */
export const TREES_100X6 = treeFamily(3n, { trees: 100, depth: 6 });

/** Two levels of a tree: three words, and four hashes or leaves. */
interface Block {
  readonly words: readonly bigint[];
  readonly children: readonly bigint[];
}

/** The blocks of one tree by the node that is on top of each, in heap order. */
type TreeBlocks = ReadonlyMap<number, Block>;

function treeFamily(number: bigint, shape: TreeShape): Family<TreeModel> {
  const name = `trees-${shape.trees}x${shape.depth}`;
  return {
    number,
    name,
    decision: `decision-${name}`,
    conformance: 'conformance-trees',
    reasons: { circuit: `reasons-${name}`, input: reasonsInput },
    includes: (model: Model): model is TreeModel =>
      model.family === 'trees' && model.shape.trees === shape.trees && model.shape.depth === shape.depth,
    commitment: ({ model, modelSalt }) =>
      poseidon([
        ...[tag('tree-model'), number, model.schemaId, forestHash(model)],
        ...[frFromSigned(model.bias), frFromSigned(model.cutoff), model.gammaNum, bandConstant(model)],
        ...[model.readMask, modelSalt],
      ]),
    decisionInput,
    conformanceInput: (committed) => ({
      ...treeInput(committed),
      forest: forestHash(committed.model),
      extra: committed.model.extra,
    }),
    encode: (model) => ({
      schemaId: String(model.schemaId),
      words: model.trees.map(({ nodes }) => nodes.map((node) => String(nodeWord(node)))),
      leaves: model.trees.map(({ leaves }) => leaves.map(String)),
      ...Object.fromEntries(NUMBERS.map((member) => [member, String(model[member])])),
      readMask: String(model.readMask),
    }),
    decode: (members, what) => decodeTrees(exactMembers(members, what, MEMBERS), what, shape),
  };
}

function decisionInput(committed: CommittedModel<TreeModel>, attributes: readonly bigint[]): CircuitInput {
  const { model } = committed;
  return { ...treeInput(committed), ...walks(model, visible(model, attributes)), b0: bandConstant(model) };
}

function reasonsInput(
  committed: CommittedModel<TreeModel>,
  attributes: readonly bigint[],
  baseline: readonly bigint[],
): CircuitInput {
  const { model } = committed;
  const detours = detoursOf(model, visible(model, attributes), visible(model, baseline));
  return { ...decisionInput(committed, attributes), ...detours };
}

/** As the circuits see attributes: a slot outside the mask reads as zero. */
function visible({ readMask }: TreeModel, attributes: readonly bigint[]): bigint[] {
  return attributes.map((x, slot) => ((readMask >> BigInt(slot)) & 1n) * x);
}

/** `b0` of the specification. */
function bandConstant({ gammaNum, bias, extra }: TreeModel): bigint {
  return gammaNum * (bias < 0n ? -bias : bias) + extra;
}

/** The inputs that the conformance and the decision circuit have in common. */
function treeInput({ model, modelSalt }: CommittedModel<TreeModel>): CircuitInput {
  return {
    bias: frFromSigned(model.bias),
    cutoff: frFromSigned(model.cutoff),
    gammaNum: model.gammaNum,
    readMask: model.readMask,
    modelSalt,
  };
}

/** The blocks that an applicant's walk through each tree passes, from the top. */
function walks(model: TreeModel, values: readonly bigint[]): CircuitInput {
  const passed = treeBlocks(model).map((blocks, t) =>
    walkedFrom(model.trees[t]!, 0, values)
      .filter(isTop)
      .map((at) => blocks.get(at)!),
  );
  return {
    words: passed.map((path) => path.map(({ words }) => words)),
    children: passed.map((path) => path.map(({ children }) => children)),
  };
}

/**
 * The blocks on each detour below the one where it begins, detour by detour: at each node of the walk the other side, and from
 * there on as the applicant would walk with the node's attribute alone at the baseline.
 */
function detoursOf(model: TreeModel, values: readonly bigint[], baseline: readonly bigint[]): CircuitInput {
  const passed = treeBlocks(model).map((blocks, t) => {
    const tree = model.trees[t]!;
    return walkedFrom(tree, 0, values).flatMap((at) => {
      const { slot } = tree.nodes[at]!;
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const other = goesRight(tree.nodes[at]!, values) ? left : right;
      const below = walkedFrom(tree, other, values.with(slot, baseline[slot]!));
      return below.filter(isTop).map((top) => blocks.get(top)!);
    });
  });
  return {
    detourWords: passed.map((blocks) => blocks.map(({ words }) => words)),
    detourChildren: passed.map((blocks) => blocks.map(({ children }) => children)),
  };
}

/** The nodes of a walk that begins at a node, in heap order; none where that is a leaf. */
function walkedFrom({ nodes }: DecisionTree, start: number, values: readonly bigint[]): number[] {
  const path: number[] = [];
  for (let at = start; at < nodes.length; at = 2 * at + (goesRight(nodes[at]!, values) ? 2 : 1)) path.push(at);
  return path;
}

function goesRight({ slot, threshold }: TreeNode, values: readonly bigint[]): boolean {
  return values[slot]! >= threshold;
}

/** Whether a block begins at a node: at every second level. */
function isTop(at: number): boolean {
  return (31 - Math.clz32(at + 1)) % 2 === 0;
}

/** `forest` of the specification. */
function forestHash(model: TreeModel): Fr {
  return forestOf(treeBlocks(model));
}

const forestOf: (all: readonly TreeBlocks[]) => Fr = oncePerObject((all) =>
  chain(
    'forest',
    all.flatMap((blocks) => [...blocks.get(0)!.words, ...blocks.get(0)!.children]),
  ),
);

/** Computed once for each model, for every decision needs it: thousands of hashes for the larger shape. */
const treeBlocks: (model: TreeModel) => readonly TreeBlocks[] = oncePerObject(({ trees }) => trees.map(blocksOf));

function blocksOf({ nodes, leaves }: DecisionTree): TreeBlocks {
  const blocks = new Map<number, Block>();
  const child = (at: number): bigint => {
    if (at >= nodes.length) return frFromSigned(leaves[at - nodes.length]!);
    const { words, children } = block(at);
    return poseidonUnder('tree-block', [...words, ...children]);
  };
  const block = (at: number): Block => {
    const words = [at, 2 * at + 1, 2 * at + 2].map((node) => nodeWord(nodes[node]!));
    const made = { words, children: [3, 4, 5, 6].map((i) => child(4 * at + i)) };
    blocks.set(at, made);
    return made;
  };
  block(0);
  return blocks;
}

function nodeWord({ slot, threshold }: TreeNode): bigint {
  return BigInt(slot) + 32n * threshold;
}

function decodeTrees(member: Readonly<Record<string, unknown>>, what: string, shape: TreeShape): TreeModel {
  const number = (name: (typeof NUMBERS)[number]): bigint => decimal(member[name], `${what}.${name}`);
  const count = 2 ** shape.depth;
  const words = listOf(member.words, `${what}.words`, shape.trees, (of, at) => listOf(of, at, count - 1, decodeWord));
  const leaves = listOf(member.leaves, `${what}.leaves`, shape.trees, (of, at) => listOf(of, at, count, decimal));
  return {
    family: 'trees',
    schemaId: element(member.schemaId, `${what}.schemaId`),
    shape,
    trees: words.map((nodes, t) => ({ nodes, leaves: leaves[t]! })),
    bias: number('bias'),
    cutoff: number('cutoff'),
    gammaNum: number('gammaNum'),
    extra: number('extra'),
    readMask: slotMask(member.readMask, `${what}.readMask`),
  };
}

function decodeWord(value: unknown, what: string): TreeNode {
  const word = within(decimal(value, what), what, 0n, WORD_LIMIT - 1n);
  return { slot: Number(word % BigInt(SLOTS)), threshold: word / BigInt(SLOTS) };
}
