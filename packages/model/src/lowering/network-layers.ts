import { add, ceil, ratio, ZERO } from '../rational.ts';
import { NO_BOUND, supremum } from './bound.ts';
import type { Element } from './element.ts';
import { constantForm } from './form.ts';
import { type Operation, type Row, row } from './value.ts';

/** Hidden neurons stand beside the schema's slots in forms and bounds: neuron i of layer l is source `HIDDEN_SOURCE * (l + 1) + i`. */
const HIDDEN_SOURCE = 1 << 16;

/** A ReLU and what it was given. */
export interface HiddenLayer {
  /** The pre-activations: forms over the sources of the layer before (slots, for the first). */
  readonly neurons: readonly Element[];
}

/** The hidden layers of a graph, in the order in which its nodes run. */
export class HiddenLayers {
  readonly layers: HiddenLayer[] = [];
  readonly #slotMaximum: (slot: number) => bigint;
  readonly #maxima = new Map<number, bigint>();

  /** @param slotMaximum the largest encoded value of a slot */
  constructor(slotMaximum: (slot: number) => bigint) {
    this.#slotMaximum = slotMaximum;
  }

  /** The largest value that a source, slot or hidden neuron, takes within the schema's ranges; an integer not below it. */
  readonly maximum = (source: number): bigint => this.#maxima.get(source) ?? this.#slotMaximum(source);

  /**
   * Relu of a row. Its results are new sources: exact, since the maximum with zero rounds nothing, and non-negative.
   *
   * @throws ModelError `not_additive` for values that do not all come from the layer before
   */
  relu(op: Operation): Row {
    const source = op.row(0, 'float');
    const depth = this.layers.length;
    if (source.elements.some((element) => !readsLayer(element, depth)))
      throw op.refuse('joins values of different layers', 'not_additive');
    this.layers.push({ neurons: source.elements });
    const elements = source.elements.map((neuron, i) => {
      const slot = HIDDEN_SOURCE * (depth + 1) + i;
      this.#maxima.set(slot, ceil(add(supremum(neuron.size, this.maximum), supremum(neuron.error, this.maximum))));
      return activation(neuron, slot);
    });
    return row('float', source.shape, elements);
  }
}

/** Whether all that a value is computed from lies in one layer: 0 for attributes, l + 1 for the neurons of layer l. */
export function readsLayer({ form, error }: Pick<Element, 'form' | 'error'>, layer: number): boolean {
  const sources = [...form.linear.keys(), ...error.slots.keys()];
  return sources.every((source) => Math.floor(source / HIDDEN_SOURCE) === layer);
}

/** Position of a source within its layer. */
export function positionOf(source: number): number {
  return source % HIDDEN_SOURCE;
}

function activation(neuron: Element, source: number): Element {
  const one = ratio(1n);
  return {
    form: { ...constantForm(ZERO), linear: new Map([[source, one]]) },
    size: { ...NO_BOUND, slots: new Map([[source, { perUnit: one, offset: ZERO }]]) },
    error: NO_BOUND,
    reads: neuron.reads,
    chain: undefined,
  };
}
