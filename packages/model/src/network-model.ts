import { SLOTS } from '@assay/schema';
import { BAND_BITS } from './additive-model.ts';
import { ModelError } from './error.ts';

/** Neurons of the first and of the second hidden layer; smaller networks fill up with zeros. */
export const HIDDEN: readonly [number, number] = [32, 16];
/** Inputs of the first and of the second hidden layer, and of the output. */
export const NETWORK_INPUTS: readonly [number, number, number] = [SLOTS, HIDDEN[0], HIDDEN[1]];
/** Pre-activations of both hidden layers are below 2^62 in magnitude: four of them, with signs, share a field element. */
export const PREACTIVATION_BITS = 62n;
/** Low bits that the first layer's activations leave off. */
export const DROPPED_BITS = 28n;
/** Bits of a hidden layer's weights: those of the second layer as they stand, those of the first up to {@link slotFactor}. */
export const HIDDEN_WEIGHT_BITS = 22n;
/** `slotNorms` are below this, so that {@link slotFactor} is at most 2^38. */
export const SLOT_NORM_LIMIT = 1n << 60n;
/** `biasNorm` is below this. */
export const BIAS_NORM_LIMIT = 1n << 61n;
/** Biases of the second layer are below this. */
export const SECOND_BIAS_LIMIT = 1n << 60n;
/** Bits of the output's weights. */
export const OUTPUT_WEIGHT_BITS = 30n;
/** The output's bias and the cutoff are below this. */
export const OUTPUT_LIMIT = 1n << 100n;
/** Limits of `growth`. */
export const GROWTH_LIMITS: readonly [bigint, bigint, bigint] = [1n << 60n, 1n << 90n, 1n << 60n];
/** `free` is below this. */
export const FREE_LIMIT = 1n << 130n;

/** `weights[k][i]` is that of input i in neuron k. */
export interface DenseLayer {
  readonly weights: readonly (readonly bigint[])[];
  readonly biases: readonly bigint[];
}

/**
 * A ReLU network of two hidden layers, 32 and 16 neurons, in exact integers; docs/spec/statements.md and docs/spec/band.md.
 *
 *     R   = biasNorm + sum_j slotNorms[j] * x_j               below 2^62, or there is no proof
 *     h_i = floor(max(0, b_i + sum_j w_ij x_j) / 2^28)        i < 32
 *     g_k = max(0, c_k + sum_i v_ki h_i)                      k < 16
 *     S   = d + sum_k u_k g_k                                 approve iff S > cutoff
 *     in band iff |S - cutoff| * 2^40 <= free + growth[0] * R + growth[1] * sum_i h_i + growth[2] * sum_k g_k
 */
export interface NetworkModel {
  readonly family: 'network';
  readonly schemaId: bigint;
  /** 32 neurons of 32 slots: `w`, `b`. */
  readonly first: DenseLayer;
  /** 16 neurons of 32 activations: `v`, `c`. */
  readonly second: DenseLayer;
  /** 16 weights `u`. */
  readonly outputWeights: readonly bigint[];
  /** `d` */
  readonly outputBias: bigint;
  readonly cutoff: bigint;
  /** At least `|w_ij|` for every i, one a slot; 0 where the model does not read the slot. */
  readonly slotNorms: readonly bigint[];
  /** At least `|b_i|` for every i. */
  readonly biasNorm: bigint;
  /** What the band grows by with the first layer's reach and with the activations of either layer, in units of 2^-40. */
  readonly growth: readonly [bigint, bigint, bigint];
  /** What the band has besides. */
  readonly free: bigint;
  /** Bit j is set where the graph reads slot j, even with weight zero. */
  readonly readMask: bigint;
}

/** What {@link evaluateNetwork} finds for one applicant. */
export interface NetworkEvaluation {
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
 * @throws ModelError `out_of_range` for attributes so far outside the schema's ranges that no proof of the decision exists
 */
export function evaluateNetwork(model: NetworkModel, x: readonly bigint[]): NetworkEvaluation {
  const reach = model.biasNorm + dot(model.slotNorms, x);
  if (reach >> PREACTIVATION_BITS !== 0n)
    throw new ModelError('out_of_range', 'attributes beyond the ranges that the network was lowered for');
  const hidden = activations(model.first, x).map((value) => value >> DROPPED_BITS);
  const inner = activations(model.second, hidden);
  const score = model.outputBias + dot(model.outputWeights, inner);
  const [first, second, last] = model.growth;
  const band = model.free + first * reach + second * total(hidden) + last * total(inner);
  return { score, band, inBand: abs(score - model.cutoff) << BAND_BITS <= band, approve: score > model.cutoff };
}

/** The power of two that all first-layer weights of a slot with this norm are multiples of: what is left has 22 bits. */
export function slotFactor(slotNorm: bigint): bigint {
  let factor = 1n;
  while ((slotNorm / factor) >> HIDDEN_WEIGHT_BITS !== 0n) factor *= 2n;
  return factor;
}

function activations({ weights, biases }: DenseLayer, inputs: readonly bigint[]): bigint[] {
  return weights.map((row, k) => {
    const value = biases[k]! + dot(row, inputs);
    return value < 0n ? 0n : value;
  });
}

function dot(weights: readonly bigint[], inputs: readonly bigint[]): bigint {
  return weights.reduce((sum, weight, i) => sum + weight * inputs[i]!, 0n);
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
