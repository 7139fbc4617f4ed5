import fc from 'fast-check';
import type { ApplicantCase } from './decision-oracle.ts';
import { leastBand, type NetworkCase, networkBand, networkScore } from './network-oracle.ts';
import { decisions, PLAIN_DECISION } from './samples.ts';

// Random networks with a bias to the edges of every range. 1,600 numbers each: drawn from one seed, or shrinking would never end.

/** A decision by a network. `reasons` are used when the model declines. */
export interface NetworkDecision extends ApplicantCase {
  readonly model: NetworkCase;
}

class Draw {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed;
  }

  /** Uniform in [0, limit]. */
  upTo(limit: bigint): bigint {
    let value = 0n;
    for (let bits = 0; bits < 192; bits += 32) {
      this.#state = (this.#state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
      value = (value << 32n) | (this.#state >> 32n);
    }
    return value % (limit + 1n);
  }

  /** In [-limit, limit], every eighth time zero, one or an end. */
  signed(limit: bigint): bigint {
    const magnitude = [0n, limit < 1n ? limit : 1n, limit][Number(this.upTo(23n))] ?? this.upTo(limit);
    return this.upTo(1n) === 0n ? magnitude : -magnitude;
  }
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** A network in range for an applicant, whose band is what conformance demands at least. */
export function drawNetwork(seed: bigint, attributes: readonly bigint[]): NetworkCase {
  const draw = new Draw(seed);
  // 32 slots and the bias share a reach of 2^62.
  const caps = attributes.map((x) => (1n << 56n) / (x + 1n));
  const wide = (cap: bigint): boolean => cap >= 1n << 22n;
  const slotFactors = caps.map((cap) => (wide(cap) ? 1n + draw.upTo((cap >> 22n) - 1n) : 1n)).map(below(1n << 38n));
  const limits = caps.map((cap) => (wide(cap) ? (1n << 22n) - 1n : cap));
  const slotSteps = limits.map((limit) =>
    draw.upTo(7n) === 0n ? 0n : draw.upTo(1n) === 0n ? limit : draw.upTo(limit),
  );
  const bias = draw.upTo((1n << 60n) - 1n);
  const model: NetworkCase = {
    slotFactors: slotFactors.map((factor, j) => (slotSteps[j] === 0n ? 0n : factor)),
    slotSteps,
    firstSteps: indices(32).map(() => slotSteps.map((limit) => draw.signed(limit))),
    firstBiases: indices(32).map(() => draw.signed(bias)),
    secondWeights: indices(16).map(() => indices(32).map(() => draw.signed((1n << 22n) - 1n))),
    secondBiases: indices(16).map(() => draw.signed((1n << 60n) - 1n)),
    outputWeights: indices(16).map(() => draw.signed((1n << 30n) - 1n)),
    outputBias: draw.signed((1n << 100n) - 1n),
    cutoff: draw.signed((1n << 100n) - 1n),
    biasNorm: bias,
    growth: [0n, 0n, 0n],
    free: 0n,
    salt: draw.upTo(1n << 190n),
  };
  return { ...model, ...leastBand(model) };
}

function below(limit: bigint): (value: bigint) => bigint {
  return (value) => (value < limit ? value : limit);
}

/** The same network with a cutoff at a distance from the score, and a band that ends there, one unit short or one beyond. */
export function atBandEdge(model: NetworkCase, x: readonly bigint[], distance: bigint, offset: bigint): NetworkCase {
  const bare = { ...model, growth: [1n, 2n, 3n], free: 0n };
  const cutoff = networkScore(bare, x) - distance;
  const free = (distance < 0n ? -distance : distance) * 2n ** 40n - networkBand(bare, x) + offset;
  return { ...bare, cutoff, free: free < 0n ? 0n : free };
}

const seeds = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

/** Decisions, most of them at the edge of the band. */
export const networkDecisions: fc.Arbitrary<NetworkDecision> = fc
  .record({
    decision: decisions,
    seed: seeds,
    distance: fc.bigInt({ min: -(2n ** 89n), max: 2n ** 89n }),
    offset: fc.constantFrom(undefined, -1n, 0n, 1n),
  })
  .map(({ decision: { model: _, ...applicant }, seed, distance, offset }) => {
    const drawn = drawNetwork(seed, applicant.attributes);
    const model = offset === undefined ? drawn : atBandEdge(drawn, applicant.attributes, distance, offset);
    return { ...applicant, model };
  });

/** Networks that conform. */
export const conformingNetworks: fc.Arbitrary<NetworkCase> = seeds.map((seed) =>
  drawNetwork(seed, new Array<bigint>(32).fill(2n ** (seed % 40n))),
);

const { model: _, ...APPLICANT } = PLAIN_DECISION;

/** A case with every part in use that is easy to follow: some neurons active, some not, approved, clear of the band. */
export const PLAIN_NETWORK: NetworkDecision = (() => {
  const model: NetworkCase = {
    slotFactors: indices(32).map((j) => BigInt(1 + (j % 3)) << 20n),
    slotSteps: indices(32).map((j) => BigInt(2000 + j)),
    firstSteps: indices(32).map((i) => indices(32).map((j) => BigInt(((7 * i + 13 * j) % 41) - 20) * 97n)),
    firstBiases: indices(32).map((i) => BigInt(i - 15) << 20n),
    secondWeights: indices(16).map((k) => indices(32).map((i) => BigInt(((5 * k + 11 * i) % 31) - 15) * 1013n)),
    secondBiases: indices(16).map((k) => BigInt(k - 7) << 30n),
    outputWeights: indices(16).map((k) => BigInt(((3 * k) % 11) - 4) << 20n),
    outputBias: 1n << 60n,
    cutoff: -(1n << 90n),
    biasNorm: 1n << 25n,
    growth: [0n, 0n, 0n],
    free: 0n,
    salt: 99n,
  };
  return { ...APPLICANT, model: { ...model, ...leastBand(model) } };
})();
