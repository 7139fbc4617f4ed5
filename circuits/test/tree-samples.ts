import { SeededRandom } from '../../tools/fuzz/random.ts';
import { PLAIN_DECISION } from './samples.ts';
import { band, type ForestCase, score, type TreeCase, type TreeDecisionCase } from './tree-oracle.ts';

const ALL_SLOTS = 2n ** 32n - 1n;
const MAX_ATTRIBUTE = 2n ** 40n - 1n;
const MAX_LEAF = 2n ** 63n - 1n;

/** The shapes that have a circuit, with the family that each is. */
export const SHAPES = [
  { circuit: 'decision-trees-32x4', family: 2n, trees: 32, depth: 4, gammaMin: 2228229n },
  { circuit: 'decision-trees-100x6', family: 3n, trees: 100, depth: 6, gammaMin: 6684713n },
] as const;
export type Shape = (typeof SHAPES)[number];

/** A case that is easy to follow: small numbers, every slot read, clear of the band, approved. */
export function plainTreeDecision(shape: Shape): TreeDecisionCase {
  const { model: _, ...applicant } = PLAIN_DECISION;
  const random = new SeededRandom('plain trees');
  const tree = (depth: number): TreeCase =>
    depth === 0
      ? BigInt(random.below(2000) - 1000)
      : {
          word: wordOf(random.below(32), BigInt(50 + random.below(400))),
          left: tree(depth - 1),
          right: tree(depth - 1),
        };
  const model: ForestCase = {
    family: shape.family,
    trees: Array.from({ length: shape.trees }, () => tree(shape.depth)),
    bias: 300_000n,
    cutoff: -250n,
    gammaNum: shape.gammaMin,
    b0: 2n ** 45n,
    readMask: ALL_SLOTS,
    salt: 99n,
  };
  return { ...applicant, model };
}

/** A random case, with a bias to the edges: thresholds at an attribute, largest leaves, a band that ends at the distance. */
export function randomTreeDecision(shape: Shape, seed: string): TreeDecisionCase {
  const random = new SeededRandom(seed);
  const { model: _, ...plain } = PLAIN_DECISION;
  const attributes = Array.from({ length: 32 }, () =>
    random.pick([0n, 1n, MAX_ATTRIBUTE, random.element() % 2n ** 40n, random.element() % 1000n]),
  );
  const readMask = random.chance(0.3) ? ALL_SLOTS : random.element() % 2n ** 32n;
  const threshold = (slot: number): bigint => {
    const x = ((readMask >> BigInt(slot)) & 1n) * attributes[slot]!;
    const far = [0n, MAX_ATTRIBUTE, random.element() % 2n ** 40n];
    return random.pick([...far, ...[x - 1n, x, x + 1n].filter((near) => near >= 0n && near <= MAX_ATTRIBUTE)]);
  };
  const signed = (limit: bigint): bigint => {
    const value = random.pick([0n, 1n, limit, random.element() % (limit + 1n), random.element() % 1000n]);
    return random.chance(0.5) ? -value : value;
  };
  const tree = (depth: number): TreeCase => {
    if (depth === 0) return signed(MAX_LEAF);
    const slot = random.below(32);
    return { word: wordOf(slot, threshold(slot)), left: tree(depth - 1), right: tree(depth - 1) };
  };
  const bare: ForestCase = {
    family: shape.family,
    trees: Array.from({ length: shape.trees }, () => tree(shape.depth)),
    bias: signed(2n ** 79n),
    cutoff: 0n,
    gammaNum: random.pick([shape.gammaMin, shape.gammaMin + (random.element() % 2n ** 30n), 2n ** 40n - 1n]),
    b0: 0n,
    readMask,
    salt: random.element(),
  };
  const distance = random.pick([0n, 1n, -1n, signed(2n ** 60n), signed(2n ** 79n)]);
  const aimed = { ...bare, cutoff: score(bare, attributes) - distance };
  const magnitude = distance < 0n ? -distance : distance;
  const edge = magnitude * 2n ** 40n - band(aimed, attributes) + random.pick([-1n, 0n, 1n]);
  const model = { ...aimed, b0: edge < 0n || edge >= 2n ** 121n ? 0n : edge };
  return { ...plain, attributes, eligible: random.chance(0.8), model };
}

export function wordOf(slot: number, threshold: bigint): bigint {
  return BigInt(slot) + 32n * threshold;
}
