import { ModelError } from '../error.ts';
import type { DenseLayer } from '../network-model.ts';
import { abs, add, bitLength, ceil, compare, mul, type Rational, ratio, round, ZERO } from '../rational.ts';
import type { Element } from './element.ts';
import { positionOf } from './network-layers.ts';

const HALF: Rational = ratio(1n, 2n);
/** A layer whose largest weight keeps fewer bits is refused: its band would refer everybody. */
const FEWEST_WEIGHT_BITS = 8n;

/** An affine map of the layer before, exactly and with the error of its float evaluation. */
export type Neuron = Pick<Element, 'form' | 'error'>;

/** A layer in integers: `weights = round(graph's weights * factor)`, `biases = round(graph's biases * scale)`. */
export interface SnappedLayer extends DenseLayer {
  /** Units of this layer's sums in one of the graph's. */
  readonly scale: Rational;
  /** `scale` divided by the scale of what the layer reads. */
  readonly factor: Rational;
}

/** What the circuit has for a layer. */
export interface LayerRoom {
  readonly name: string;
  readonly inputs: number;
  readonly weightBits: bigint;
  /** Biases are below this. */
  readonly biasLimit: bigint;
}

/**
 * A layer on the finest grid on which the largest of its weights, and of its biases, fit.
 *
 * @param inputScale units of what it reads in one of the graph's
 * @throws ModelError `out_of_range` naming the bits that a bias needs beside the weights
 */
export function snapLayer(neurons: readonly Neuron[], inputScale: Rational, room: LayerRoom): SnappedLayer {
  const { name, inputs, weightBits, biasLimit } = room;
  const weight = largest(neurons.flatMap(({ form }) => [...form.linear.values()].map(abs)));
  const bias = largest(neurons.map(({ form }) => abs(form.constant)));
  let twos = weight.num === 0n ? 0n : weightBits + bitLength(weight.den) - bitLength(weight.num);
  const fits = (value: Rational, by: Rational, limit: bigint) => compare(add(mul(value, by), HALF), ratio(limit)) < 0n;
  while (!fits(weight, power(twos), (1n << weightBits) - 1n)) twos--;
  const finest = twos;
  while (!fits(bias, mul(inputScale, power(twos)), biasLimit)) twos--;
  if (finest - twos > weightBits - FEWEST_WEIGHT_BITS) {
    const needed = bitLength(ceil(mul(bias, mul(inputScale, power(finest - weightBits + FEWEST_WEIGHT_BITS)))));
    throw new ModelError(
      'out_of_range',
      `a bias of ${name} outweighs what it is added to: it needs ${needed} bits, ${bitLength(biasLimit) - 1n} are there`,
    );
  }
  const factor = power(twos);
  const scale = mul(inputScale, factor);
  const weights = neurons.map(({ form }) => {
    const row = new Array<bigint>(inputs).fill(0n);
    for (const [source, value] of form.linear) row[positionOf(source)] = round(mul(value, factor));
    return row;
  });
  return { weights, biases: neurons.map(({ form }) => round(mul(form.constant, scale))), scale, factor };
}

/** `2^exponent` */
export function power(exponent: bigint): Rational {
  return exponent >= 0n ? ratio(1n << exponent) : ratio(1n, 1n << -exponent);
}

/** The largest of non-negative numbers; 0 for none. */
export function largest(values: readonly Rational[]): Rational {
  return values.reduce((most, value) => (compare(value, most) > 0n ? value : most), ZERO);
}

/** The sum of numbers. */
export function total(values: readonly Rational[]): Rational {
  return values.reduce(add, ZERO);
}
