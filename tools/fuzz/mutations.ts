import { FIELD_ORDER, reduceFr } from '@assay/field';
import type { ConstraintGraph } from './constraint-graph.ts';
import type { SeededRandom } from './random.ts';

/** New values of wires. */
export type Mutation = ReadonlyMap<number, bigint>;

type Change = (value: bigint, random: SeededRandom) => bigint;

/** Ways of changing one value: what aliases, overflows, negates, flips, or is anything at all. */
const CHANGES: readonly Change[] = [
  (_, random) => random.element(),
  (_, random) => BigInt(random.below(16)),
  (value) => 1n - value,
  (value) => -value,
  (value) => 2n * value,
  (value) => value + 1n,
  (value) => value - 1n,
  (value) => value + (FIELD_ORDER + 1n) / 2n,
  (value) => value + (FIELD_ORDER - 1n) / 2n,
  (value, random) => value + 2n ** BigInt(random.below(254)),
  (value, random) => value - 2n ** BigInt(random.below(254)),
];

/** Changes one to three of the wires, swaps two, or gives a decomposition the bits of its value plus r. */
export function mutate(
  graph: ConstraintGraph,
  honest: readonly bigint[],
  wires: WireShapes,
  random: SeededRandom,
): Mutation {
  if (random.chance(0.05)) {
    const aliased = alias(graph, honest, wires, random);
    if (aliased !== undefined) return aliased;
  }
  const one = wires.pick(random);
  if (random.chance(0.1)) {
    const other = wires.pickLike(one, random);
    if (honest[one] !== honest[other]) {
      return new Map([
        [one, honest[other]!],
        [other, honest[one]!],
      ]);
    }
  }
  const count = random.pick([1, 1, 1, 1, 2, 3]);
  const chosen = [one, ...Array.from({ length: count - 1 }, () => wires.pickLike(one, random))];
  const changed = new Map(chosen.map((wire) => [wire, reduceFr(random.pick(CHANGES)(honest[wire]!, random))]));
  for (const [wire, value] of changed) if (value === honest[wire]) changed.set(wire, reduceFr(value + 1n));
  return changed;
}

/** A decomposition wide enough for a second one of the same element; undefined where the one drawn is not. */
function alias(
  graph: ConstraintGraph,
  honest: readonly bigint[],
  wires: WireShapes,
  random: SeededRandom,
): Mutation | undefined {
  const groups = [...graph.groups.values()].filter((group) => group.wires.length >= 254);
  if (groups.length === 0) return undefined;
  const group = random.pick(groups);
  const value = group.wires.reduce((sum, wire, i) => sum + (honest[wire]! << BigInt(i)), FIELD_ORDER);
  if (value >> BigInt(group.wires.length) !== 0n || !group.wires.every((wire) => wires.has(wire))) return undefined;
  return new Map(group.wires.map((wire, i) => [wire, (value >> BigInt(i)) & 1n]));
}

/** Wires by the shape of their name, so that many bits and rounds of hashes do not hide the few others. */
export class WireShapes {
  readonly #shapes: readonly (readonly number[])[];
  readonly #shapeOf = new Map<number, readonly number[]>();

  /** @param nameOf a wire's name; names that differ in indices alone have one shape */
  constructor(wires: Iterable<number>, nameOf: (wire: number) => string) {
    const shapes = new Map<string, number[]>();
    for (const wire of wires) {
      const shape = nameOf(wire).replace(/\d+/g, '');
      const list = shapes.get(shape) ?? [];
      list.push(wire);
      shapes.set(shape, list);
      this.#shapeOf.set(wire, list);
    }
    this.#shapes = [...shapes.values()];
  }

  get empty(): boolean {
    return this.#shapes.length === 0;
  }

  has(wire: number): boolean {
    return this.#shapeOf.has(wire);
  }

  pick(random: SeededRandom): number {
    return random.pick(random.pick(this.#shapes));
  }

  /** Another wire of the same shape, or any. */
  pickLike(wire: number, random: SeededRandom): number {
    return random.chance(0.8) ? random.pick(this.#shapeOf.get(wire)!) : this.pick(random);
  }
}
