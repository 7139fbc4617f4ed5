import { chain, type Fr, frFromSigned, poseidon, poseidonUnder, tag } from '@assay/field';
import {
  type DecisionTree,
  type Model,
  type TreeModel,
  type TreeNode,
  type TreeShape,
  visitedLeaf,
} from '@assay/model';
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
    includes: (model: Model): model is TreeModel =>
      model.family === 'trees' && model.shape.trees === shape.trees && model.shape.depth === shape.depth,
    commitment: ({ model, modelSalt }) =>
      poseidon([
        ...[tag('tree-model'), number, model.schemaId, forestHash(model)],
        ...[frFromSigned(model.bias), frFromSigned(model.cutoff), model.gammaNum, bandConstant(model)],
        ...[model.readMask, modelSalt],
      ]),
    decisionInput: (committed, attributes) => ({
      ...treeInput(committed),
      ...walks(committed.model, attributes),
      b0: bandConstant(committed.model),
    }),
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
function walks(model: TreeModel, attributes: readonly bigint[]): CircuitInput {
  // As the circuit sees them: a slot outside the mask reads as zero.
  const values = attributes.map((x, slot) => ((model.readMask >> BigInt(slot)) & 1n) * x);
  const passed = treeBlocks(model).map((blocks, t) => walk(model.trees[t]!, blocks, values));
  return {
    words: passed.map((path) => path.map(({ words }) => words)),
    children: passed.map((path) => path.map(({ children }) => children)),
  };
}

function walk(tree: DecisionTree, blocks: TreeBlocks, values: readonly bigint[]): Block[] {
  const path: Block[] = [];
  // From the leaf upwards, two levels at a time: the parent of node i is (i - 1) >> 1.
  let at = tree.nodes.length + visitedLeaf(tree, values);
  while (at > 0) {
    at = (((at - 1) >> 1) - 1) >> 1;
    path.unshift(blocks.get(at)!);
  }
  return path;
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
