import type { R1cs } from '@assay/groth16';
import { solveWire, wiresOf } from '../../circuits/test/definitions.ts';
import { type BitGroup, findBitGroup } from './bit-group.ts';

/** What a circuit's constraints say about the order in which an honest prover computes wires. */
export interface ConstraintGraph {
  readonly r1cs: R1cs;
  /** Constraints of each wire. */
  readonly users: readonly (readonly number[])[];
  readonly wires: readonly (readonly number[])[];
  /** Position of each constraint: when the last of its wires was known. */
  readonly order: Int32Array;
  /** The wire that a constraint is computed with, where it is one. */
  readonly defines: ReadonlyMap<number, number>;
  readonly groups: ReadonlyMap<number, BitGroup>;
  /** Wires that a constraint on them alone allows two values: 0 and 1, in our circuits. */
  readonly boolean: Uint8Array;
}

/**
 * Follows an honest prover: it knows its private inputs and what the statement gives, computes a wire where a constraint has
 * no other unknown one, and bits where a linear constraint has no other unknown wires. Where nothing is left, a wire is a hint
 * and known: bits first, public signals last.
 *
 * @param witness a valid one, for the coefficients
 * @param given public signals that nothing computes
 */
export function buildGraph(r1cs: R1cs, witness: readonly bigint[], given: readonly number[]): ConstraintGraph {
  const wires = r1cs.constraints.map((constraint) => [...wiresOf(constraint)].filter((wire) => wire !== 0));
  const users: number[][] = Array.from({ length: r1cs.wireCount }, () => []);
  const boolean = new Uint8Array(r1cs.wireCount);
  wires.forEach((list, i) => {
    for (const wire of list) users[wire]!.push(i);
    const { a, b } = r1cs.constraints[i]!;
    if (list.length === 1 && a.wires.includes(list[0]!) && b.wires.includes(list[0]!)) boolean[list[0]!] = 1;
  });
  const groups = new Map<number, BitGroup>();
  r1cs.constraints.forEach((constraint, i) => {
    const group = findBitGroup(constraint, (wire) => boolean[wire] === 1);
    if (group !== undefined) groups.set(i, group);
  });

  const known = new Uint8Array(r1cs.wireCount);
  const unknown = wires.map((list) => list.length);
  const order = new Int32Array(wires.length).fill(-1);
  const defines = new Map<number, number>();
  const ready: number[] = [];
  let position = 0;
  const know = (wire: number): void => {
    known[wire] = 1;
    for (const i of users[wire]!) {
      const left = --unknown[i]!;
      if (left === 0) order[i] = position++;
      else if (left === 1 || left === groups.get(i)?.wires.length) ready.push(i);
    }
  };
  const propagate = (): void => {
    for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
      const group = groups.get(i);
      if (group !== undefined && unknown[i] === group.wires.length && group.wires.every((wire) => known[wire] === 0)) {
        for (const wire of group.wires) know(wire);
      } else if (unknown[i] === 1) {
        const wire = wires[i]!.find((candidate) => known[candidate] === 0)!;
        if (solveWire(r1cs.constraints[i]!, wire, witness) === undefined) continue;
        defines.set(i, wire);
        know(wire);
      }
    }
  };
  const firstPrivate = 1 + r1cs.publicOutputs + r1cs.publicInputs;
  known[0] = 1;
  for (const wire of given) know(wire);
  for (let i = 0; i < r1cs.privateInputs; i++) know(firstPrivate + i);
  propagate();
  const privates = Array.from({ length: r1cs.wireCount - firstPrivate }, (_, i) => firstPrivate + i);
  const publics = Array.from({ length: firstPrivate - 1 }, (_, i) => 1 + i);
  for (const wire of [...privates.filter((one) => boolean[one] === 1), ...privates, ...publics]) {
    if (known[wire] === 1) continue;
    know(wire);
    propagate();
  }
  return { r1cs, users, wires, order, defines, groups, boolean };
}
