import { type Schema, SLOTS } from '@assay/schema';
import { BAND_BITS } from '../additive-model.ts';
import { ModelError } from '../error.ts';
import {
  BIAS_NORM_LIMIT,
  type DenseLayer,
  DROPPED_BITS,
  FREE_LIMIT,
  GROWTH_LIMITS,
  HIDDEN,
  HIDDEN_WEIGHT_BITS,
  NETWORK_INPUTS,
  type NetworkModel,
  OUTPUT_LIMIT,
  OUTPUT_WEIGHT_BITS,
  PREACTIVATION_BITS,
  SECOND_BIAS_LIMIT,
  SLOT_NORM_LIMIT,
  slotFactor,
} from '../network-model.ts';
import { abs, add, bitLength, ceil, inverse, mul, type Rational, ratio, round, ZERO } from '../rational.ts';
import { NO_BOUND } from './bound.ts';
import { constantForm, type Form, negateForm } from './form.ts';
import type { Scale } from './grid.ts';
import { constantError, sensitivities, unitError } from './network-band.ts';
import { largest, type Neuron, power, snapLayer, total } from './network-grid.ts';
import { type HiddenLayer, readsLayer } from './network-layers.ts';
import type { Score } from './score.ts';

const HALF: Rational = ratio(1n, 2n);
const ONE_BAND_UNIT: Rational = power(BAND_BITS);

/**
 * Snaps a network to the integers of the circuit and derives its band; docs/spec/band.md has the proof.
 *
 * @param layers the hidden layers; behind a single one stands a second that passes the score on
 * @throws ModelError `too_large` for a shape that the circuit does not hold, `not_additive` for layers that are skipped and for steps
 * or trees among them, `out_of_range` for numbers that pass the circuit's bits, naming the bits
 */
export function networkModel(
  score: Score,
  layers: readonly HiddenLayer[],
  schema: Schema,
): { model: NetworkModel; scale: Scale } {
  const [first, second, output] = threeLayers(score, layers);
  checkShape(score, layers, [first, second]);
  const firstScale = chooseScale(first, schema);
  // One unit of the first layer's activations is 2^28 units of its pre-activations.
  const secondLayer = snapLayer(second, mul(firstScale, power(-DROPPED_BITS)), {
    name: 'the second hidden layer',
    inputs: NETWORK_INPUTS[1],
    weightBits: HIDDEN_WEIGHT_BITS,
    biasLimit: SECOND_BIAS_LIMIT,
  });
  const outputLayer = snapLayer([output], secondLayer.scale, {
    name: 'the output',
    inputs: NETWORK_INPUTS[2],
    weightBits: OUTPUT_WEIGHT_BITS,
    biasLimit: OUTPUT_LIMIT >> 1n,
  });
  const { activations, hidden, inner, constant } = sensitivities(second, secondLayer, output, outputLayer);
  const norms = chooseNorms(first, firstScale, activations, schema);
  const layer = snapFirst(first, norms.slotNorms, firstScale);
  const biasNorm = ceil(largest(first.map(({ form }) => mul(abs(form.constant), firstScale)))) + 1n;
  // Each activation is cut to 28 bits less, and off by what its pre-activation is off by whatever the attributes.
  const { biases } = layer;
  const cut = first.map(({ error }, i) =>
    mul(activations[i]!, add(ratio(1n), mul(constantError(error, firstScale, biases[i]!), power(-DROPPED_BITS)))),
  );
  const cutoffError = add(mul(score.cutoffError, outputLayer.scale), HALF);
  const free = ceil(mul(total([...cut, constant, cutoffError]), ONE_BAND_UNIT)) - norms.growth * biasNorm;
  const model: NetworkModel = {
    family: 'network',
    schemaId: schema.id,
    first: padded(layer, HIDDEN[0]),
    second: padded(secondLayer, HIDDEN[1]),
    outputWeights: outputLayer.weights[0]!,
    outputBias: outputLayer.biases[0]!,
    cutoff: round(mul(score.cutoff, outputLayer.scale)),
    slotNorms: norms.slotNorms,
    biasNorm,
    growth: [norms.growth, ceil(mul(hidden, ONE_BAND_UNIT)), ceil(mul(inner, ONE_BAND_UNIT))],
    free: free > 0n ? free : 0n,
    readMask: score.reads,
  };
  checkRanges(model, schema);
  return { model, scale: { twos: exponent(outputLayer.scale), tens: 0, exact: false } };
}

/** Both hidden layers and the output. A single hidden layer is followed by one that computes the score's two halves. */
function threeLayers(score: Score, layers: readonly HiddenLayer[]): [readonly Neuron[], readonly Neuron[], Neuron] {
  const [first, second] = layers;
  if (first === undefined || layers.length > HIDDEN.length)
    throw new ModelError('too_large', `${layers.length} hidden layers: the circuit holds ${HIDDEN.length}`);
  if (second !== undefined) return [first.neurons, second.neurons, score];
  // score = max(0, score) - max(0, -score)
  const halves = [score, { form: negateForm(score.form), error: score.error }];
  const linear = new Map([
    [0, ratio(1n)],
    [1, ratio(-1n)],
  ]);
  return [first.neurons, halves, { form: { ...constantForm(ZERO), linear }, error: NO_BOUND }];
}

function checkShape(score: Score, hidden: readonly HiddenLayer[], layers: readonly (readonly Neuron[])[]): void {
  if (!readsLayer(score, hidden.length))
    throw new ModelError('not_additive', 'the score joins the last hidden layer with what lies before it');
  if (layers.some(({ length }, l) => length > HIDDEN[l]!)) {
    const shape = hidden.map(({ neurons }) => neurons.length).join('-');
    throw new ModelError(
      'too_large',
      `hidden layers of ${shape} neurons: ${HIDDEN.join('-')} is the largest shape that the circuit holds`,
    );
  }
  const isDiscrete = ({ steps, trees }: Form) => steps.size > 0 || trees.size > 0;
  if ([score, ...layers.flat()].some(({ form }) => isDiscrete(form)))
    throw new ModelError('not_additive', 'a network reads numbers: no categories, thresholds or trees');
}

/** The finest power of two with which the first layer's sums take at most half of their room within the schema's ranges. */
function chooseScale(first: readonly Neuron[], schema: Schema): Rational {
  const ranges = Array.from({ length: SLOTS }, (_, j) =>
    mul(largestWeight(first, j), ratio(schema.bySlot.get(j)?.maxEncoded ?? 0n)),
  );
  const bias = largest(first.map(({ form }) => abs(form.constant)));
  const sum = add(total(ranges), bias);
  const bits = (value: Rational) => bitLength(value.num) - bitLength(value.den) + 1n;
  const weight = largest(Array.from({ length: SLOTS }, (_, j) => largestWeight(first, j)));
  const rooms = [
    [sum, PREACTIVATION_BITS - 2n],
    [bias, bitLength(BIAS_NORM_LIMIT) - 2n],
    [weight, bitLength(SLOT_NORM_LIMIT) - 3n],
  ] as const;
  let finest = PREACTIVATION_BITS;
  for (const [value, limit] of rooms) {
    if (value.num !== 0n && limit - bits(value) < finest) finest = limit - bits(value);
  }
  return power(finest);
}

/** Norms that cover the first layer's weights and, together with `growth`, what their errors do to the score. */
function chooseNorms(first: readonly Neuron[], scale: Rational, activations: readonly Rational[], schema: Schema) {
  const columns = Array.from({ length: SLOTS }, (_, j) => {
    const weight = mul(largestWeight(first, j), scale);
    // In units of 2^-40 of the score, a unit of the attribute; the grid's half step is charged where the slot has weights.
    const read = weight.num !== 0n || first.some(({ error }) => error.slots.has(j));
    const errorWith = (factor: bigint) => {
      if (!read) return ZERO;
      const errors = first.map(({ form, error }, i) => {
        const snapped = add(mul(abs(form.linear.get(j) ?? ZERO), scale), ratio(factor, 2n));
        return mul(activations[i]!, unitError(snapped, mul(error.slots.get(j)?.perUnit ?? ZERO, scale), factor));
      });
      return mul(total(errors), power(BAND_BITS - DROPPED_BITS));
    };
    return { weight, read, errorWith, maximum: ratio(schema.bySlot.get(j)?.maxEncoded ?? 0n) };
  });
  const errors = total(columns.map(({ weight, errorWith, maximum }) => mul(errorWith(plainFactor(weight)), maximum)));
  const reach = total(columns.map(({ weight, maximum }) => mul(weight, maximum)));
  // The average over the ranges: a slot whose errors are steeper gets a larger norm instead.
  const growth = reach.num === 0n ? 1n : ceil(mul(errors, inverse(reach))) + 1n;
  const slotNorms = columns.map(({ weight, read, errorWith }) => {
    if (!read) return 0n;
    for (let factor = plainFactor(weight); ; factor *= 2n) {
      const norm = largest([add(weight, ratio(factor, 2n)), mul(errorWith(factor), ratio(1n, growth))]);
      const steps = ceil(mul(norm, ratio(1n, factor)));
      if (steps >> HIDDEN_WEIGHT_BITS === 0n) return steps * factor;
    }
  });
  return { slotNorms, growth };
}

/** The factor that a slot needs for its weights alone. */
function plainFactor(weight: Rational): bigint {
  return slotFactor(ceil(weight) + 1n);
}

function snapFirst(first: readonly Neuron[], slotNorms: readonly bigint[], scale: Rational): DenseLayer {
  return {
    weights: first.map(({ form }) =>
      slotNorms.map((norm, j) => {
        const factor = slotFactor(norm);
        return round(mul(mul(form.linear.get(j) ?? ZERO, scale), ratio(1n, factor))) * factor;
      }),
    ),
    biases: first.map(({ form }) => round(mul(form.constant, scale))),
  };
}

function largestWeight(first: readonly Neuron[], j: number): Rational {
  return largest(first.map(({ form }) => abs(form.linear.get(j) ?? ZERO)));
}

/** What the scales leave room for in all but contrived graphs. */
function checkRanges(model: NetworkModel, schema: Schema): void {
  const within = (name: string, value: bigint, limit: bigint) => {
    if (value >= limit || -value >= limit) {
      const [needed, room] = [bitLength(value), bitLength(limit) - 1n];
      throw new ModelError('out_of_range', `${name} needs ${needed} bits, the circuit has ${room}`);
    }
  };
  const reach = model.slotNorms.reduce(
    (sum, norm, j) => sum + norm * (schema.bySlot.get(j)?.maxEncoded ?? 0n),
    model.biasNorm,
  );
  within("the first hidden layer's sums", reach, 1n << PREACTIVATION_BITS);
  for (const norm of model.slotNorms) within('a norm of the first hidden layer', norm, SLOT_NORM_LIMIT);
  within('a bias of the first hidden layer', model.biasNorm, BIAS_NORM_LIMIT);
  within('the output bias', model.outputBias, OUTPUT_LIMIT);
  within('the cutoff', model.cutoff, OUTPUT_LIMIT);
  for (const [l, growth] of model.growth.entries()) within('the band', growth, GROWTH_LIMITS[l]!);
  within('the band', model.free, FREE_LIMIT);
}

function padded({ weights, biases }: DenseLayer, neurons: number): DenseLayer {
  const missing = neurons - biases.length;
  const empty = new Array<bigint>(weights[0]!.length).fill(0n);
  return {
    weights: [...weights, ...Array.from({ length: missing }, () => empty)],
    biases: [...biases, ...new Array<bigint>(missing).fill(0n)],
  };
}

function exponent(scale: Rational): number {
  return Number(bitLength(scale.num) - bitLength(scale.den));
}
