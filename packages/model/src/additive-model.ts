import { SLOTS } from '@assay/schema';

/** Number of step terms of an additive model. */
export const STEPS = 32;
/** The band is compared in units of 2^-40 of the score's own unit. */
export const BAND_BITS = 40n;
/** `|w_j|` is below this. */
export const WEIGHT_LIMIT = 1n << 120n;
/** `|u_t|`, `|bias|` and `|cutoff|` are below this. */
export const SCORE_LIMIT = 1n << 160n;
/** `M_j` is below this. */
export const MAGNITUDE_LIMIT = 1n << 64n;
/** `gammaNum` is below this. */
export const GAMMA_LIMIT = 1n << 30n;
/** `extra` is below this, so that `b0` stays below {@link B0_LIMIT}. */
export const EXTRA_LIMIT = 1n << 229n;
/** `b0` is below this. */
export const B0_LIMIT = 1n << 230n;

/** One discontinuous term: `u * [x_slot >= threshold]`. Unused: all zero. */
export interface Step {
  readonly u: bigint;
  readonly slot: number;
  readonly threshold: bigint;
}

/**
 * A model of the additive family in exact integers; docs/spec/statements.md section 6 and docs/spec/band.md.
 *
 *     S = bias + sum_j weights[j] * x_j + sum_t steps[t].u * [x_slot >= threshold]
 *     approve iff S > cutoff        in band iff |S - cutoff| * 2^40 <= b0 + gammaNum * sum_j |weights[j]| * x_j
 *
 * All of `weights`, `u`, `bias` and `cutoff` are the graph's own numbers times `scale`; the sign is turned so that larger
 * means approve.
 */
export interface AdditiveModel {
  readonly family: 'additive';
  readonly schemaId: bigint;
  /** 32 weights, one a slot. */
  readonly weights: readonly bigint[];
  /** 32 step terms. */
  readonly steps: readonly Step[];
  readonly bias: bigint;
  readonly cutoff: bigint;
  /** `ceil(2^40 * gamma_n)`, n the roundings on the worst path. */
  readonly gammaNum: bigint;
  /** 32 offsets in encoded units: what the float evaluation of `weights[j] * x_j` handles besides `x_j` itself. */
  readonly magnitudes: readonly bigint[];
  /** What the formula would miss, in units of 2^-40 of the score. */
  readonly extra: bigint;
  /** `gammaNum * (|bias| + sum |w_j| M_j + sum |u_t|) + extra`. */
  readonly b0: bigint;
  /** Bit j is set where the graph reads slot j, even with weight zero. */
  readonly readMask: bigint;
}

/** What {@link evaluateAdditive} finds for one applicant. */
export interface AdditiveEvaluation {
  readonly score: bigint;
  /** Half-width of the band in units of 2^-40 of the score's unit. */
  readonly band: bigint;
  /** The score is too close to the cutoff to say what a float evaluation decides: refer to a person. */
  readonly inBand: boolean;
  /** `score > cutoff`, strictly; meaningful outside the band. */
  readonly approve: boolean;
}

/**
 * Evaluates the model exactly as the decision circuit does.
 *
 * @param x 32 encoded attributes, each below 2^40 (what `encodeAttributes` gives)
 */
export function evaluateAdditive(model: AdditiveModel, x: readonly bigint[]): AdditiveEvaluation {
  let score = model.bias;
  let moved = 0n;
  for (let j = 0; j < SLOTS; j++) {
    const w = model.weights[j]!;
    score += w * x[j]!;
    moved += abs(w) * x[j]!;
  }
  for (const { u, slot, threshold } of model.steps) if (x[slot]! >= threshold) score += u;
  const band = model.b0 + model.gammaNum * moved;
  return { score, band, inBand: abs(score - model.cutoff) << BAND_BITS <= band, approve: score > model.cutoff };
}

/** The constant part of the band that the parameters imply; conformance checks that the model carries exactly this. */
export function bandConstant(model: Omit<AdditiveModel, 'b0'>): bigint {
  let covered = abs(model.bias);
  for (let j = 0; j < SLOTS; j++) covered += abs(model.weights[j]!) * model.magnitudes[j]!;
  for (const { u } of model.steps) covered += abs(u);
  return model.gammaNum * covered + model.extra;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
