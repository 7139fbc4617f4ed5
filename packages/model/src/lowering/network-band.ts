import { BAND_BITS } from '../additive-model.ts';
import { abs, add, mul, type Rational, ratio, roundUp, ZERO } from '../rational.ts';
import type { Bound } from './bound.ts';
import { GAMMA_MIN } from './integer-model.ts';
import { largest, type Neuron, type SnappedLayer, total } from './network-grid.ts';
import { positionOf } from './network-layers.ts';

const HALF: Rational = ratio(1n, 2n);
/** The least that the conformance statement lets a sum lose of each of its terms. */
const LEAST: Rational = ratio(GAMMA_MIN, 1n << BAND_BITS);

/** What the band is made of besides the first layer's own errors; docs/spec/band.md, section on networks. In units of the score. */
export interface Sensitivities {
  /** How far the score moves, at most, with one unit of each of the first layer's activations. */
  readonly activations: readonly Rational[];
  /** What each unit of an activation of the first layer adds to the error of the layers behind it. */
  readonly hidden: Rational;
  /** Likewise of the second layer. */
  readonly inner: Rational;
  /** Errors that do not grow with anything. */
  readonly constant: Rational;
}

/** Follows the errors of the second layer and of the output to the score. */
export function sensitivities(
  second: readonly Neuron[],
  secondLayer: SnappedLayer,
  output: Neuron,
  outputLayer: SnappedLayer,
): Sensitivities {
  const outputErrors = unitErrors(0, output, outputLayer);
  // |u| as the float evaluation may see it: half a step off, and with its roundings.
  const outputWeights = outputLayer.weights[0]!.map((u, k) => add(magnitude(u), outputErrors[k]!));
  const errors = second.map((neuron, k) => unitErrors(k, neuron, secondLayer));
  const inputs = secondLayer.weights[0]!.map((_, i) => i);
  const through = (of: (k: number) => Rational) => roundUp(total(second.map((_, k) => mul(outputWeights[k]!, of(k)))));
  return {
    activations: inputs.map((i) => through((k) => add(magnitude(secondLayer.weights[k]![i]!), errors[k]![i]!))),
    hidden: largest(inputs.map((i) => through((k) => errors[k]![i]!))),
    inner: largest(outputErrors),
    constant: add(
      through((k) => constantError(second[k]!.error, secondLayer.scale, secondLayer.biases[k]!)),
      constantError(output.error, outputLayer.scale, outputLayer.biases[0]!),
    ),
  };
}

/** {@link unitError} of each input of a neuron. */
function unitErrors(k: number, { error }: Neuron, { weights, factor }: SnappedLayer): Rational[] {
  const float = new Map([...error.slots].map(([source, { perUnit }]) => [positionOf(source), mul(perUnit, factor)]));
  return weights[k]!.map((weight, i) => unitError(magnitude(weight), float.get(i) ?? ZERO, 1n));
}

/**
 * What a unit of an input adds to a sum's error: half a step of the grid, and what the float evaluation loses.
 *
 * @param weight the snapped weight's magnitude, or a bound on it
 * @param float the float evaluation's loss, in the sum's units
 * @param step the grid's
 */
export function unitError(weight: Rational, float: Rational, step: bigint): Rational {
  return roundUp(add(ratio(step, 2n), largest([float, mul(LEAST, weight)])));
}

/** The part of a neuron's error that does not grow with its inputs, in its own units, and half of one for the bias. */
export function constantError({ free, slots }: Bound, scale: Rational, bias: bigint): Rational {
  const offsets = total([...slots.values()].map(({ offset }) => offset));
  return add(HALF, largest([mul(add(free, offsets), scale), mul(LEAST, magnitude(bias))]));
}

function magnitude(value: bigint): Rational {
  return value === 0n ? ZERO : abs(ratio(value));
}
