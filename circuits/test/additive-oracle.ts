import { chain, type Fr, frFromSigned } from '@assay/field';

/** An additive model in plain integers, docs/spec/statements.md, section 6. */
export interface AdditiveCase {
  readonly weights: readonly bigint[];
  readonly steps: readonly { readonly u: bigint; readonly slot: number; readonly threshold: bigint }[];
  readonly bias: bigint;
  readonly cutoff: bigint;
  readonly gammaNum: bigint;
  readonly b0: bigint;
  readonly magnitudes: readonly bigint[];
  readonly extra: bigint;
  readonly salt: bigint;
}

export const GAMMA_MIN = 524289n;

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

export function score(model: AdditiveCase, x: readonly bigint[]): bigint {
  const continuous = sum(model.weights.map((w, j) => w * x[j]!));
  const jumps = sum(model.steps.map(({ u, slot, threshold }) => (x[slot]! >= threshold ? u : 0n)));
  return model.bias + continuous + jumps;
}

/** Half-width of the band in units of 2^-40. */
export function band(model: AdditiveCase, x: readonly bigint[]): bigint {
  return model.b0 + model.gammaNum * sum(model.weights.map((w, j) => abs(w) * x[j]!));
}

export function inBand(model: AdditiveCase, x: readonly bigint[]): boolean {
  return abs(score(model, x) - model.cutoff) * 2n ** 40n <= band(model, x);
}

/** The b0 that conformance demands. */
export function bandConstant({ weights, steps, bias, gammaNum, magnitudes, extra }: AdditiveCase): bigint {
  const covered = abs(bias) + sum(weights.map((w, j) => abs(w) * magnitudes[j]!)) + sum(steps.map(({ u }) => abs(u)));
  return gammaNum * covered + extra;
}

export function stepWord({ slot, threshold }: { slot: number; threshold: bigint }): bigint {
  return BigInt(slot) + 32n * threshold;
}

export function magnitudesHash({ magnitudes, extra }: AdditiveCase): Fr {
  return chain('model-magnitudes', [...magnitudes, extra]);
}

export function modelCommitment(schemaId: bigint, model: AdditiveCase): Fr {
  return chain('model', [
    1n,
    schemaId,
    ...model.weights.map(frFromSigned),
    ...model.steps.flatMap((step) => [frFromSigned(step.u), stepWord(step)]),
    frFromSigned(model.bias),
    frFromSigned(model.cutoff),
    model.gammaNum,
    model.b0,
    sum(model.weights.map(abs)),
    magnitudesHash(model),
    model.salt,
  ]);
}
