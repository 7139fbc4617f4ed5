import { type Fr, invertFr, reduceFr } from '@assay/field';
import { type Constraint, evaluate, type LinearCombination, type R1cs } from '@assay/groth16';

/** A wire, and a constraint that determines it from wires that earlier definitions give. */
export interface Definition {
  readonly wire: number;
  readonly constraint: number;
}

/**
 * Finds what computes each wire: private inputs are known; a constraint that is linear in its one unknown wire defines it;
 * where nothing is left, the first unknown wire is a hint, and known: bits before others, public signals last, for most
 * are what the circuit computes. (Inside a Poseidon permutation the optimiser couples wires of several rounds: some of them are taken
 * for hints, which makes forgeries there look worse than they are, never better.)
 *
 * @param witness a valid one, for the coefficients
 */
export function orderDefinitions(r1cs: R1cs, witness: readonly bigint[]): Definition[] {
  const known = new Uint8Array(r1cs.wireCount);
  const users: number[][] = Array.from({ length: r1cs.wireCount }, () => []);
  const unknowns = r1cs.constraints.map((constraint, i) => {
    const wires = wiresOf(constraint);
    for (const wire of wires) users[wire]!.push(i);
    return wires.size;
  });
  const definitions: Definition[] = [];
  // A constraint that has the wire as its result comes before one that has it in a factor: the latter is often a check.
  const [results, factors]: [number[], number[]] = [[], []];
  const unknownOf = (i: number): number | undefined => [...wiresOf(r1cs.constraints[i]!)].find((w) => known[w] === 0);
  const know = (wire: number): void => {
    known[wire] = 1;
    for (const i of users[wire]!) {
      if (--unknowns[i]! !== 1) continue;
      const { a, b } = r1cs.constraints[i]!;
      const last = unknownOf(i)!;
      (a.wires.includes(last) || b.wires.includes(last) ? factors : results).push(i);
    }
  };
  const propagate = (): void => {
    for (let i = results.pop() ?? factors.pop(); i !== undefined; i = results.pop() ?? factors.pop()) {
      const wire = unknownOf(i);
      if (wire === undefined || solveWire(r1cs.constraints[i]!, wire, witness) === undefined) continue;
      definitions.push({ wire, constraint: i });
      know(wire);
    }
  };

  const firstPrivate = 1 + r1cs.publicOutputs + r1cs.publicInputs;
  know(0);
  for (let i = 0; i < r1cs.privateInputs; i++) know(firstPrivate + i);
  propagate();
  const rest = Array.from({ length: r1cs.wireCount }, (_, i) => (i + firstPrivate) % r1cs.wireCount);
  const boolean = new Set(r1cs.constraints.map(wiresOf).flatMap((wires) => (wires.size === 2 ? [...wires] : [])));
  for (const wire of [...rest.filter((w) => boolean.has(w)), ...rest]) {
    if (known[wire] !== 0) continue;
    know(wire);
    propagate();
  }
  return definitions;
}

/** The one value of a wire that satisfies a constraint, all others given; `undefined` when none or several do. */
export function solveWire({ a, b, c }: Constraint, wire: number, witness: readonly bigint[]): Fr | undefined {
  const [slopeA, slopeB, slopeC] = [slope(a, wire), slope(b, wire), slope(c, wire)];
  if (slopeA !== 0n && slopeB !== 0n) return undefined;
  const [valueA, valueB, valueC] = [evaluate(a, witness), evaluate(b, witness), evaluate(c, witness)];
  const gradient = reduceFr(slopeA * valueB + slopeB * valueA - slopeC);
  if (gradient === 0n) return undefined;
  return reduceFr(witness[wire]! - (valueA * valueB - valueC) * invertFr(gradient));
}

/** Every wire of a constraint, the constant one included. */
export function wiresOf({ a, b, c }: Constraint): Set<number> {
  return new Set([...a.wires, ...b.wires, ...c.wires]);
}

function slope({ wires, coefficients }: LinearCombination, wire: number): bigint {
  const at = wires.indexOf(wire);
  return at < 0 ? 0n : coefficients[at]!;
}
