import { chain, type Fr, frFromSigned } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { abs, sum } from './additive-oracle.ts';

/** A ReLU network in plain integers, as its conformance opens it; docs/spec/statements.md, section on networks. */
export interface NetworkCase {
  /** By slot: what all first-layer weights of the slot are multiples of. */
  readonly slotFactors: readonly bigint[];
  /** By slot: the norm, in factors. */
  readonly slotSteps: readonly bigint[];
  /** 32 neurons of 32 slots, in factors. */
  readonly firstSteps: readonly (readonly bigint[])[];
  readonly firstBiases: readonly bigint[];
  /** 16 neurons of 32 activations. */
  readonly secondWeights: readonly (readonly bigint[])[];
  readonly secondBiases: readonly bigint[];
  readonly outputWeights: readonly bigint[];
  readonly outputBias: bigint;
  readonly cutoff: bigint;
  readonly biasNorm: bigint;
  readonly growth: readonly bigint[];
  readonly free: bigint;
  readonly salt: bigint;
}

export const NETWORK_GAMMA_MIN = 524289n;

export function firstSums(model: NetworkCase, x: readonly bigint[]): bigint[] {
  return model.firstSteps.map(
    (steps, i) => model.firstBiases[i]! + sum(steps.map((step, j) => model.slotFactors[j]! * step * x[j]!)),
  );
}

export function hidden(model: NetworkCase, x: readonly bigint[]): bigint[] {
  return firstSums(model, x).map((value) => (value > 0n ? value / 2n ** 28n : 0n));
}

export function secondSums(model: NetworkCase, x: readonly bigint[]): bigint[] {
  const h = hidden(model, x);
  return model.secondWeights.map((weights, k) => model.secondBiases[k]! + sum(weights.map((v, i) => v * h[i]!)));
}

export function inner(model: NetworkCase, x: readonly bigint[]): bigint[] {
  return secondSums(model, x).map((value) => (value > 0n ? value : 0n));
}

export function networkScore(model: NetworkCase, x: readonly bigint[]): bigint {
  return model.outputBias + sum(inner(model, x).map((g, k) => model.outputWeights[k]! * g));
}

export function slotNorms({ slotFactors, slotSteps }: NetworkCase): bigint[] {
  return slotFactors.map((factor, j) => factor * slotSteps[j]!);
}

export function reach(model: NetworkCase, x: readonly bigint[]): bigint {
  return model.biasNorm + sum(slotNorms(model).map((norm, j) => norm * x[j]!));
}

/** Half-width of the band in units of 2^-40. */
export function networkBand(model: NetworkCase, x: readonly bigint[]): bigint {
  const [first, second, last] = model.growth;
  return model.free + first! * reach(model, x) + second! * sum(hidden(model, x)) + last! * sum(inner(model, x));
}

export function networkInBand(model: NetworkCase, x: readonly bigint[]): boolean {
  return abs(networkScore(model, x) - model.cutoff) * 2n ** 40n <= networkBand(model, x);
}

/** The least growth and free that conformance admits, found without its circuit's order of sums. */
export function leastBand(model: NetworkCase): { growth: bigint[]; free: bigint } {
  const half = 2n ** 39n;
  const u = model.outputWeights.map(abs);
  const v = model.secondWeights.map((weights) => weights.map(abs));
  const through = model.firstSteps.map((_, i) => sum(u.map((weight, k) => weight * v[k]![i]!)));
  const first = model.slotSteps.map((step, j) => {
    if (model.slotFactors[j] === 0n) return 0n;
    const errors = sum(model.firstSteps.map((row, i) => through[i]! * (half + NETWORK_GAMMA_MIN * abs(row[j]!))));
    return step === 0n ? 0n : divideUp(errors, step * 2n ** 28n);
  });
  const second = model.firstSteps.map((_, i) =>
    sum(u.map((weight, k) => weight * (half + NETWORK_GAMMA_MIN * v[k]![i]!))),
  );
  const last = u.map((weight) => half + NETWORK_GAMMA_MIN * weight);
  const growth = [first, second, last].map(greatest);
  const behind =
    sum(u.map((weight, k) => weight * (half + NETWORK_GAMMA_MIN * abs(model.secondBiases[k]!)))) +
    2n * half +
    NETWORK_GAMMA_MIN * abs(model.outputBias);
  const before = sum(through.map((L, i) => L * (2n ** 68n + half + NETWORK_GAMMA_MIN * abs(model.firstBiases[i]!))));
  const free = divideUp(before, 2n ** 28n) + behind - growth[0]! * model.biasNorm;
  return { growth, free: free > 0n ? free : 0n };
}

export function networkCommitment(schemaId: bigint, model: NetworkCase): Fr {
  const { firstWords, secondWords } = words(model);
  return chain('model', [
    4n,
    schemaId,
    ...firstWords.flat(),
    ...secondWords.flat(),
    ...model.outputWeights.map(frFromSigned),
    frFromSigned(model.outputBias),
    frFromSigned(model.cutoff),
    ...slotNorms(model),
    model.biasNorm,
    ...model.growth,
    model.free,
    model.salt,
  ]);
}

/** What the decision circuit takes of the model. */
export function networkInput(model: NetworkCase): WitnessInput {
  return {
    ...words(model),
    outputWeights: model.outputWeights.map(frFromSigned),
    outputBias: frFromSigned(model.outputBias),
    cutoff: frFromSigned(model.cutoff),
    slotNorms: slotNorms(model),
    biasNorm: model.biasNorm,
    growth: model.growth,
    free: model.free,
    modelSalt: model.salt,
  };
}

/** All inputs of the conformance circuit. */
export function networkConformanceInput(schemaId: bigint, prohibitedMask: bigint, model: NetworkCase): WitnessInput {
  return {
    modelCommitment: networkCommitment(schemaId, model),
    schemaId,
    prohibitedMask,
    family: 4n,
    slotFactors: model.slotFactors,
    slotSteps: model.slotSteps,
    firstSteps: model.firstSteps.map((steps) => steps.map(frFromSigned)),
    firstBiases: model.firstBiases.map(frFromSigned),
    secondWeights: model.secondWeights.map((weights) => weights.map(frFromSigned)),
    secondBiases: model.secondBiases.map(frFromSigned),
    outputWeights: model.outputWeights.map(frFromSigned),
    outputBias: frFromSigned(model.outputBias),
    cutoff: frFromSigned(model.cutoff),
    biasNorm: model.biasNorm,
    growth: model.growth,
    free: model.free,
    modelSalt: model.salt,
  };
}

function words(model: NetworkCase): { firstWords: Fr[][]; secondWords: Fr[][] } {
  const first = model.firstSteps.map((steps, i) => [
    model.firstBiases[i]!,
    ...steps.map((step, j) => model.slotFactors[j]! * step),
  ]);
  const second = model.secondWeights.map((weights, k) => [model.secondBiases[k]!, ...weights]);
  return { firstWords: packed(first), secondWords: packed(second) };
}

/** Four rows to a word, 63 bits a row. */
function packed(rows: readonly (readonly bigint[])[]): Fr[][] {
  return Array.from({ length: rows.length / 4 }, (_, g) =>
    rows[0]!.map((_, i) => frFromSigned(sum([0, 1, 2, 3].map((d) => rows[4 * g + d]![i]! * 2n ** BigInt(63 * d))))),
  );
}

function greatest(values: readonly bigint[]): bigint {
  return values.toSorted((a, b) => (a < b ? -1 : 1)).at(-1)!;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}
