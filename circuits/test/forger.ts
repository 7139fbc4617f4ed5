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
 * Names may hold `*` for the numbers that the compiler gives to anonymous components.
 */
export class Forger {
  readonly #r1cs: R1cs;
  readonly #symbols: Symbols;
  readonly #honest: readonly bigint[];
  readonly #definitions: readonly Definition[];

  /** @param honest a witness that satisfies the circuit. Wires that nothing determines (hints) keep its values. */
  constructor(r1cs: R1cs, symbols: Symbols, honest: readonly bigint[]) {
    this.#r1cs = r1cs;
    this.#symbols = symbols;
    this.#honest = honest;
    this.#definitions = orderDefinitions(r1cs, honest);
  }

  /** The value of a signal in the honest witness. */
  value(signal: string): bigint {
    return this.#honest[this.#wire(signal)]!;
  }

  /** Whether a wire holds the signal: the optimiser replaces some by sums of others. */
  has(signal: string): boolean {
    return this.#find(signal) !== undefined;
  }

  /** Overrides for the bits `signal[0..n-1]` of a value; those without a wire follow from the others. */
  bits(signal: string, value: bigint, n: number): Map<string, bigint> {
    const names = Array.from({ length: n }, (_, i) => [`${signal}[${i}]`, (value >> BigInt(i)) & 1n] as const);
    return new Map(names.filter(([name]) => this.has(name)));
  }

  /** Overrides that give all signals below a path the values of another witness, for example of another honest one. */
  graft(donor: readonly bigint[], ...paths: readonly string[]): Map<string, bigint> {
    const wanted = paths.map((path) => new RegExp(`^main\\.${pattern(path)}(?![A-Za-z0-9])`));
    const names = [...this.#symbols.wireOf].filter(([name]) => wanted.some((path) => path.test(name)));
    if (names.length === 0) throw new Error(`no wires below ${paths.join(', ')}`);
    return new Map(names.map(([name, wire]) => [name.replace(/^main\./, ''), donor[wire]!]));
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
    const wire = this.#find(signal);
    if (wire === undefined) throw new Error(`signal ${signal} is unknown, or the optimiser removed it`);
    return wire;
  }

  #find(signal: string): number | undefined {
    if (!signal.includes('*')) return this.#symbols.wireOf.get(`main.${signal}`);
    const wanted = new RegExp(`^main\\.${pattern(signal)}$`);
    const found = [...this.#symbols.wireOf].filter(([name]) => wanted.test(name));
    if (found.length > 1) throw new Error(`${found.length} signals match ${signal}`);
    return found[0]?.[1];
  }

  #names(constraint: number): string[] {
    const wires = [...wiresOf(this.#r1cs.constraints[constraint]!)].filter((wire) => wire !== 0);
    return wires.flatMap((wire) => (this.#symbols.namesOf.get(wire) ?? []).map((name) => name.replace(/^main\./, '')));
  }
}

function pattern(path: string): string {
  return path.replace(/[.[\]]/g, '\\$&').replaceAll('*', '[0-9_]+');
}

function touches({ a, b, c }: Constraint, dirty: Uint8Array): boolean {
  for (const { wires } of [a, b, c]) for (const wire of wires) if (dirty[wire] !== 0) return true;
  return false;
}
