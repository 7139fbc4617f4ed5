import { frFromSigned, reduceFr } from '@assay/field';
import { type Constraint, holds, type R1cs, type Symbols } from '@assay/groth16';
import { type Definition, orderDefinitions, solveWire, wiresOf } from './definitions.ts';

/** Overrides of signals: values by path, without the leading `main.`; negatives as signed integers. */
export type Changes = ReadonlyMap<string, bigint>;

/** What a dishonest prover gets. */
export interface Forgery {
  readonly witness: readonly bigint[];
  /** Constraints that the forged witness violates; none when the circuit accepts it. */
  readonly violated: readonly number[];
  /** Signals in each violated constraint, as paths without the leading `main.`. */
  readonly signals: readonly (readonly string[])[];
}

/**
 * A dishonest prover against an optimised R1CS: it overrides chosen signals and then follows the circuit everywhere else,
 * computing what other wires determine, public signals among them, from the forged values. So a forgery violates the
 * constraints that were written against it and nothing besides, and one that violates none is a hole in the circuit.
 *
 * Paths have `_*` for the numbers that the compiler gives to anonymous components.
 */
export class Forger {
  readonly #r1cs: R1cs;
  readonly #honest: readonly bigint[];
  readonly #definitions: readonly Definition[];
  readonly #wires = new Map<string, number[]>();
  readonly #paths = new Map<number, string[]>();

  /** @param honest a witness that satisfies the circuit. Wires that nothing determines (hints) keep its values. */
  constructor(r1cs: R1cs, symbols: Symbols, honest: readonly bigint[]) {
    this.#r1cs = r1cs;
    this.#honest = honest;
    this.#definitions = orderDefinitions(r1cs, honest);
    for (const [name, wire] of symbols.wireOf) {
      const path = name.replace(/^main\./, '').replace(/_\d+_\d+(?=[.[]|$)/g, '_*');
      append(this.#wires, path, wire);
      append(this.#paths, wire, path);
    }
  }

  /** The value of a signal in the honest witness. */
  value(signal: string): bigint {
    return this.#honest[this.#wire(signal)]!;
  }

  /** Whether a wire holds the signal: the optimiser replaces some by sums of others. */
  has(signal: string): boolean {
    return this.#wires.has(signal);
  }

  /** Overrides for the bits `signal[0..n-1]` of a value; those without a wire follow from the others. */
  bits(signal: string, value: bigint, n: number): Map<string, bigint> {
    const names = Array.from({ length: n }, (_, i) => [`${signal}[${i}]`, (value >> BigInt(i)) & 1n] as const);
    return new Map(names.filter(([name]) => this.has(name)));
  }

  /** Overrides that give all signals below a path the values of another witness, for example of another honest one. */
  graft(donor: readonly bigint[], ...paths: readonly string[]): Map<string, bigint> {
    const below = (name: string): boolean =>
      paths.some((path) => name.startsWith(path) && !/^\w/.test(name.slice(path.length)));
    const names = [...this.#wires.keys()].filter(below);
    if (names.length === 0) throw new Error(`no wires below ${paths.join(', ')}`);
    return new Map(names.map((name) => [name, donor[this.#wire(name)]!]));
  }

  /** Overrides signals and completes the witness. */
  forge(changes: Changes | Readonly<Record<string, bigint>>): Forgery {
    const witness = [...this.#honest];
    const forced = new Set<number>();
    const dirty = new Uint8Array(this.#r1cs.wireCount);
    const set = (wire: number, value: bigint): void => {
      if (witness[wire] !== value) dirty[wire] = 1;
      witness[wire] = value;
    };
    for (const [signal, value] of changes instanceof Map ? changes : Object.entries(changes)) {
      const wire = this.#wire(signal);
      forced.add(wire);
      set(wire, value < 0n ? frFromSigned(value) : reduceFr(value));
    }
    for (const { wire, constraint } of this.#definitions) {
      const definition = this.#r1cs.constraints[constraint]!;
      if (forced.has(wire) || !touches(definition, dirty)) continue;
      const value = solveWire(definition, wire, witness);
      if (value !== undefined) set(wire, value);
    }
    const violated = this.#r1cs.constraints.flatMap((constraint, i) =>
      touches(constraint, dirty) && !holds(constraint, witness) ? [i] : [],
    );
    return { witness, violated, signals: violated.map((i) => this.#names(i)) };
  }

  #wire(signal: string): number {
    const wires = this.#wires.get(signal);
    if (wires === undefined) throw new Error(`signal ${signal} is unknown, or the optimiser removed it`);
    if (wires.length > 1) throw new Error(`${wires.length} signals match ${signal}`);
    return wires[0]!;
  }

  #names(constraint: number): string[] {
    const wires = [...wiresOf(this.#r1cs.constraints[constraint]!)].filter((wire) => wire !== 0);
    return wires.flatMap((wire) => this.#paths.get(wire) ?? []);
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function touches({ a, b, c }: Constraint, dirty: Uint8Array): boolean {
  for (const { wires } of [a, b, c]) for (const wire of wires) if (dirty[wire] !== 0) return true;
  return false;
}
