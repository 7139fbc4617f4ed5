import { holds } from '@assay/groth16';
import { solveWire } from '../../circuits/test/definitions.ts';
import { groupTarget } from './bit-group.ts';
import type { ConstraintGraph } from './constraint-graph.ts';
import type { SeededRandom } from './random.ts';

/** How a completion ended. */
export interface Completed {
  /** Constraints that could not be made to hold. */
  readonly violated: readonly number[];
  /** Wires whose value differs from the honest one. */
  readonly changed: readonly number[];
}

/**
 * A dishonest prover's way of completing a witness in which some wires are changed: each constraint that fails is mended by
 * one wire that it determines, or by bits that it determines, first in the direction in which an honest prover computes, now
 * and then in another. A wire is set once.
 */
export class Completion {
  readonly #graph: ConstraintGraph;
  readonly #honest: readonly bigint[];
  readonly #values: bigint[];
  /** 1: may not be set (pinned), 2: has been set. */
  readonly #state: Uint8Array;
  readonly #touched: number[] = [];
  readonly #queue: Queue;

  constructor(graph: ConstraintGraph, honest: readonly bigint[]) {
    this.#graph = graph;
    this.#honest = honest;
    this.#values = [...honest];
    this.#state = new Uint8Array(graph.r1cs.wireCount);
    this.#queue = new Queue(graph.order);
  }

  get values(): readonly bigint[] {
    return this.#values;
  }

  /**
   * Completes a witness from the honest one.
   *
   * @param pinned wires that keep their value, besides the changed ones
   * @param thorough whether to go on after a constraint that cannot be mended
   * @param stray probability of mending in another direction
   */
  run(
    changes: ReadonlyMap<number, bigint>,
    pinned: Iterable<number>,
    random: SeededRandom,
    { thorough, stray }: { readonly thorough: boolean; readonly stray: number },
  ): Completed {
    this.#reset();
    for (const wire of pinned) this.#mark(wire, 1);
    for (const [wire, value] of changes) {
      this.#mark(wire, 2);
      this.#set(wire, value);
    }
    const violated: number[] = [];
    for (let i = this.#queue.pop(); i !== undefined; i = this.#queue.pop()) {
      if (holds(this.#graph.r1cs.constraints[i]!, this.#values) || this.#mend(i, random, stray)) continue;
      violated.push(i);
      if (!thorough) break;
    }
    return { violated, changed: this.#touched.filter((wire) => this.#values[wire] !== this.#honest[wire]) };
  }

  #mend(i: number, random: SeededRandom, stray: number): boolean {
    const { defines, wires } = this.#graph;
    const free = wires[i]!.filter((wire) => this.#state[wire] === 0);
    if (free.length === 0) return false;
    const own = defines.get(i);
    const astray = stray > 0 && random.chance(stray);
    if (!astray && (own === undefined || this.#state[own] !== 0) && this.#mendBits(i)) return true;
    const first = own !== undefined && this.#state[own] === 0 && !astray ? [own] : [];
    const start = free.length > 1 ? random.below(free.length) : 0;
    for (const wire of [...first, ...free.slice(start), ...free.slice(0, start)]) {
      if (this.#solve(i, wire)) return true;
    }
    return astray && this.#mendBits(i);
  }

  #solve(i: number, wire: number): boolean {
    const value = solveWire(this.#graph.r1cs.constraints[i]!, wire, this.#values);
    if (value === undefined || (this.#graph.boolean[wire] === 1 && value > 1n)) return false;
    this.#mark(wire, 2);
    this.#set(wire, value);
    return true;
  }

  #mendBits(i: number): boolean {
    const group = this.#graph.groups.get(i);
    if (group === undefined) return false;
    const target = groupTarget(this.#graph.r1cs.constraints[i]!, group, this.#values);
    if (target >> BigInt(group.wires.length) !== 0n) return false;
    const bits = group.wires.map((wire, k) => [wire, (target >> BigInt(k)) & 1n] as const);
    if (bits.some(([wire, bit]) => this.#state[wire] !== 0 && this.#values[wire] !== bit)) return false;
    for (const [wire, bit] of bits) {
      if (this.#state[wire] !== 0) continue;
      this.#mark(wire, 2);
      this.#set(wire, bit);
    }
    return true;
  }

  #mark(wire: number, state: number): void {
    if (this.#state[wire] === 0) this.#touched.push(wire);
    this.#state[wire] = state;
  }

  #set(wire: number, value: bigint): void {
    if (this.#values[wire] === value) return;
    this.#values[wire] = value;
    for (const i of this.#graph.users[wire]!) this.#queue.push(i);
  }

  #reset(): void {
    this.#queue.clear();
    for (const wire of this.#touched) {
      this.#state[wire] = 0;
      this.#values[wire] = this.#honest[wire]!;
    }
    this.#touched.length = 0;
  }
}

/** Constraints to look at, those that an honest prover meets first at the head. */
class Queue {
  readonly #order: Int32Array;
  readonly #heap: number[] = [];
  readonly #waiting: Uint8Array;

  constructor(order: Int32Array) {
    this.#order = order;
    this.#waiting = new Uint8Array(order.length);
  }

  push(item: number): void {
    if (this.#waiting[item] === 1) return;
    this.#waiting[item] = 1;
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const head = heap[0];
    if (head === undefined) return undefined;
    const last = heap.pop()!;
    this.#waiting[head] = 0;
    if (heap.length > 0) heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && this.#before(child, least)) least = child;
      if (least === at) return head;
      this.#swap(at, least);
      at = least;
    }
  }

  clear(): void {
    for (const item of this.#heap) this.#waiting[item] = 0;
    this.#heap.length = 0;
  }

  #before(one: number, other: number): boolean {
    return this.#order[this.#heap[one]!]! < this.#order[this.#heap[other]!]!;
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    [heap[one], heap[other]] = [heap[other]!, heap[one]!];
  }
}
