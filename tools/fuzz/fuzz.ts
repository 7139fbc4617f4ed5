import { holds, type R1cs } from '@assay/groth16';
import { Completion } from './completion.ts';
import { buildGraph, type ConstraintGraph } from './constraint-graph.ts';
import { type Mutation, mutate, WireShapes } from './mutations.ts';
import { SeededRandom } from './random.ts';

/**
 * What a trial holds fast.
 * - `hints`: the inputs; other wires are changed, and neither a public signal nor anything else may have another value
 * - `openings`: the public signals; private wires are changed, and no other witness may be found
 * - `public`: the private inputs and all public signals but the changed one
 * - `reach`: nothing; a private input is changed as an honest prover may, to see how often the completion gets through
 */
export type Mode = 'hints' | 'openings' | 'public' | 'reach';

/** A circuit with a valid witness. */
export interface FuzzTarget {
  readonly name: string;
  /** Constraints with a wire for each signal, as the compiler gives them at O1. */
  readonly r1cs: R1cs;
  readonly nameOf: (wire: number) => string;
  readonly witness: readonly bigint[];
  /** What is proved with, at O2. */
  readonly simplified?: R1cs;
  /** Public signals that no constraint computes from private inputs. */
  readonly given: readonly string[];
  /** Public signals that the statement bounds and does not determine, such as a day within a validity. */
  readonly bounded: readonly string[];
  /** Wires that are free on purpose, by name: a second witness that differs in nothing else is no finding. */
  readonly free: readonly RegExp[];
}

/** A witness that the circuit accepts and should not. */
export interface Finding {
  readonly circuit: string;
  readonly mode: Mode;
  readonly trial: number;
  /** Wires that were changed by the mutation. */
  readonly mutated: readonly string[];
  readonly changedPublic: readonly string[];
  /** Other wires that had to change, the first few. */
  readonly followed: readonly string[];
  /** Whether only the simplified constraints accept it. */
  readonly simplifiedOnly: boolean;
}

/** What a run did. */
export interface FuzzReport {
  readonly findings: readonly Finding[];
  readonly trials: Readonly<Record<Mode, number>>;
  /** Trials of mode `reach` that the circuit accepted with another public signal. */
  readonly reached: number;
  /** Second witnesses that differ only where they may. */
  readonly harmless: number;
  /** Constraints, out of all, that some completion got as far as being refused by. */
  readonly refusing: number;
}

const MODES: readonly Mode[] = ['hints', 'hints', 'hints', 'openings', 'openings', 'public', 'reach'];
/** Share of trials that complete past a refusal, to compare with the simplified constraints. */
const THOROUGH = 0.1;

/** Runs trials until the time is over or enough are done. */
export function fuzz(
  target: FuzzTarget,
  {
    seed,
    milliseconds,
    trials = Infinity,
  }: { readonly seed: string; readonly milliseconds: number; readonly trials?: number },
): FuzzReport {
  const fuzzer = new Fuzzer(target, new SeededRandom(`${seed}/${target.name}`));
  const end = performance.now() + milliseconds;
  for (let trial = 0; trial < trials && performance.now() < end; trial++) fuzzer.trial(trial);
  return fuzzer.report();
}

class Fuzzer {
  readonly #target: FuzzTarget;
  readonly #random: SeededRandom;
  readonly #graph: ConstraintGraph;
  readonly #completion: Completion;
  readonly #publics: readonly number[];
  readonly #inputs: readonly number[];
  readonly #given: readonly number[];
  readonly #shapes: Readonly<Record<Mode, WireShapes>>;
  readonly #wireOfLabel: ReadonlyMap<number, number>;
  readonly #findings: Finding[] = [];
  readonly #trials = { hints: 0, openings: 0, public: 0, reach: 0 };
  readonly #refusing = new Set<number>();
  #reached = 0;
  #harmless = 0;

  constructor(target: FuzzTarget, random: SeededRandom) {
    const { r1cs, witness, nameOf } = target;
    this.#target = target;
    this.#random = random;
    const firstPrivate = 1 + r1cs.publicOutputs + r1cs.publicInputs;
    const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
    this.#publics = range(1, firstPrivate);
    this.#inputs = range(firstPrivate, firstPrivate + r1cs.privateInputs);
    const inner = range(firstPrivate + r1cs.privateInputs, r1cs.wireCount);
    this.#given = this.#publics.filter((wire) => target.given.includes(nameOf(wire)));
    this.#graph = buildGraph(r1cs, witness, this.#given);
    this.#completion = new Completion(this.#graph, witness);
    this.#shapes = {
      hints: new WireShapes(inner, nameOf),
      openings: new WireShapes([...this.#inputs, ...inner], nameOf),
      public: new WireShapes(this.#publics, nameOf),
      reach: new WireShapes(this.#inputs, nameOf),
    };
    this.#wireOfLabel = new Map(r1cs.labels.map((label, wire) => [label, wire]));
  }

  trial(number: number): void {
    const random = this.#random;
    const mode = random.pick(MODES);
    const shapes = this.#shapes[mode];
    if (shapes.empty) return;
    this.#trials[mode]++;
    const mutation = mutate(this.#graph, this.#target.witness, shapes, random);
    const thorough = random.chance(THOROUGH);
    const stray = random.pick([0, 0, 0.1, 0.5]);
    const { violated, changed } = this.#completion.run(mutation, this.#pinned(mode), random, { thorough, stray });
    for (const constraint of violated) this.#refusing.add(constraint);
    if (violated.length === 0) {
      this.#judge(number, mode, mutation, changed, false);
    } else if (thorough) {
      const kept = this.#acceptedSimplified(changed);
      if (kept.length > 0) this.#judge(number, mode, mutation, kept, true);
    }
  }

  report(): FuzzReport {
    return {
      findings: this.#findings,
      trials: this.#trials,
      reached: this.#reached,
      harmless: this.#harmless,
      refusing: this.#refusing.size,
    };
  }

  #pinned(mode: Mode): readonly number[] {
    if (mode === 'hints') return [...this.#inputs, ...this.#given];
    if (mode === 'openings') return this.#publics;
    if (mode === 'public') return [...this.#publics, ...this.#inputs];
    return this.#given;
  }

  #judge(trial: number, mode: Mode, mutation: Mutation, changed: readonly number[], simplifiedOnly: boolean): void {
    const { name, nameOf, bounded, free } = this.#target;
    const changedPublic = changed.filter((wire) => wire <= this.#publics.length);
    if (mode === 'reach') {
      if (!simplifiedOnly && changedPublic.length > 0) this.#reached++;
      return;
    }
    const isPublic = new Set(changedPublic);
    const mayDiffer = (wire: number): boolean =>
      isPublic.has(wire) ? bounded.includes(nameOf(wire)) : free.some((pattern) => pattern.test(nameOf(wire)));
    if (mode === 'public' ? changedPublic.every(mayDiffer) : changed.every(mayDiffer)) {
      this.#harmless++;
      return;
    }
    const followed = changed.filter((wire) => !mutation.has(wire) && !isPublic.has(wire));
    this.#findings.push({
      circuit: name,
      mode,
      trial,
      mutated: [...mutation.keys()].map(nameOf),
      changedPublic: changedPublic.map(nameOf),
      followed: followed.slice(0, 8).map(nameOf),
      simplifiedOnly,
    });
  }

  /** The changed wires that the constraints that are proved with have, if they accept what the others refuse. */
  #acceptedSimplified(changed: readonly number[]): readonly number[] {
    const { simplified } = this.#target;
    if (simplified === undefined) return [];
    const isChanged = new Set(changed);
    const wires = simplified.labels.map((label) => this.#wireOfLabel.get(label)!);
    const values = wires.map((wire) => this.#completion.values[wire]!);
    return simplified.constraints.every((constraint) => holds(constraint, values))
      ? wires.filter((wire) => isChanged.has(wire))
      : [];
  }
}
