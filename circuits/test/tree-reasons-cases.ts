import type { WitnessInput } from '@assay/groth16';
import { SeededRandom } from '../../tools/fuzz/random.ts';
import { costsBy, type DeclinedCase, declinedInput, mostExpensive } from './reasons-oracle.ts';
import {
  type BlockCase,
  type ForestCase,
  modelCommitment,
  parameters,
  pathOf,
  score,
  step,
  type TreeCase,
} from './tree-oracle.ts';
import { plainTreeDecision, randomTreeDecision, SHAPES, type Shape, wordOf } from './tree-samples.ts';

/** A declined applicant under a tree model. */
export interface TreeReasonsCase extends DeclinedCase {
  readonly model: ForestCase;
}

export function treeCosts(declined: TreeReasonsCase): bigint[] {
  return costsBy((x) => score(declined.model, x), declined);
}

export function treeReasons(declined: TreeReasonsCase): bigint[] {
  return mostExpensive(treeCosts(declined));
}

/** All inputs of the circuit of reasons, public signals as the specification gives them; `reasons` as a bank claims them. */
export function treeReasonsInput(
  declined: TreeReasonsCase,
  reasons: readonly bigint[] = treeReasons(declined),
): WitnessInput {
  const { model, attributes, schemaId } = declined;
  const paths = model.trees.map((tree) => pathOf(model, tree, attributes));
  const detours = model.trees.map((tree) => detourBlocks(declined, tree));
  return {
    ...declinedInput(declined, reasons),
    words: paths.map((path) => path.map(({ words }) => words)),
    children: paths.map((path) => path.map(({ children }) => children)),
    detourWords: detours.map((blocks) => blocks.map(({ words }) => words)),
    detourChildren: detours.map((blocks) => blocks.map(({ children }) => children)),
    ...parameters(model),
    b0: model.b0,
    modelCommitment: modelCommitment(schemaId, model),
  };
}

/** The blocks on the detours of one tree, detour by detour, below the block where each begins. */
function detourBlocks(declined: TreeReasonsCase, tree: TreeCase, depth = 0): BlockCase[] {
  if (typeof tree === 'bigint') return [];
  const { model, attributes, baseline } = declined;
  const slot = Number(tree.word % 32n);
  const replaced = attributes.with(slot, baseline[slot]!);
  const own = step(model, tree, attributes);
  const other = own === tree.left ? tree.right : tree.left;
  const below = depth % 2 === 0 ? step(model, other, replaced) : other;
  return [...pathOf(model, below, replaced), ...detourBlocks(declined, own, depth + 1)];
}

const [SHAPE] = SHAPES;
/** What the plain baseline has at every slot. */
const BASELINE = 500;

/** A random case, with a bias to the edges: baseline values at an attribute, beside it or at an end of the range. */
export function randomTreeReasons(seed: string, shape: Shape = SHAPE): TreeReasonsCase {
  const { schemaId, attributes, subject, salt, model } = randomTreeDecision(shape, seed);
  const random = new SeededRandom(`the baseline of ${seed}`);
  const baseline = attributes.map((x) => {
    const near = [x, x - 1n, x + 1n].filter((value) => value >= 0n && value < 2n ** 40n);
    return random.pick([...near, 0n, 2n ** 40n - 1n, random.element() % 2n ** 40n, random.element() % 1000n]);
  });
  return { schemaId, attributes, subject, salt, baseline, model };
}

/** A tree whose nodes, in heap order, test these slots, each halfway between the plain applicant and the plain baseline. */
function treeOf(slots: readonly number[], leaves: readonly bigint[], at = 0): TreeCase {
  const slot = slots[at];
  if (slot === undefined) return leaves[at - slots.length]!;
  const threshold = BigInt(Math.round((100 + 10 * slot + BASELINE) / 2));
  return {
    word: wordOf(slot, threshold),
    left: treeOf(slots, leaves, 2 * at + 1),
    right: treeOf(slots, leaves, 2 * at + 2),
  };
}

const leavesFrom = (values: Readonly<Record<number, bigint>>): bigint[] =>
  Array.from({ length: 16 }, (_, i) => values[i] ?? 0n);

/**
 * A case that is easy to follow: every attribute is 100 + 10 slot and its baseline 500, so that the applicant goes left at
 * every node and the baseline right. Slot 3 costs 127, 22 costs 90, 8 costs 80, 11 and 12 cost 5 each; 4 and 5 gain. On the path of
 * tree 0 slot 3 is tested twice (the second time before a leaf of 7000), and once more on its own detour.
 */
export const PLAIN_TREE_REASONS: TreeReasonsCase = (() => {
  const { schemaId, attributes, subject, salt, model } = plainTreeDecision(SHAPE);
  const nothing = treeOf(new Array<number>(15).fill(0), leavesFrom({}));
  return {
    ...{ schemaId, attributes, subject, salt },
    baseline: new Array<bigint>(32).fill(BigInt(BASELINE)),
    model: {
      ...model,
      trees: Array.from({ length: 32 }, (_, t) => {
        // The path has nodes 0, 1, 3, 7 and leaf 0. Slot 3 goes by nodes 2, 6, 13 to leaf 12, slot 8 by 4, 9 to leaf 4, slot 22 to leaf 1.
        if (t === 0)
          return treeOf(
            [3, 8, 3, 3, 9, 20, 21, 22, 23, 24, 25, 26, 3, 27, 28],
            leavesFrom({ 0: -50n, 1: 40n, 2: 7000n, 4: 30n, 12: 77n, 14: 20n }),
          );
        if (t === 1) return treeOf([11, 11, 2, ...new Array<number>(12).fill(4)], leavesFrom({ 0: 1n, 8: 6n }));
        if (t === 2) return treeOf([4, 12, 12, ...new Array<number>(12).fill(5)], leavesFrom({ 0: 1n, 4: 6n }));
        return nothing;
      }),
    },
  };
})();
