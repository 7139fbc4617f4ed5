import { reduceFr } from '@assay/field';
import { evaluate, type R1cs } from '@assay/groth16';
import { wiresOf } from './definitions.ts';

/**
 * The wires of a satisfying witness that can be changed by one, alone, without any constraint noticing. None, but for
 * private inputs that happen to be multiplied by zero.
 */
export function freeWires(r1cs: R1cs, witness: readonly bigint[]): number[] {
  const bound = new Set([0]);
  for (const constraint of r1cs.constraints) {
    const { a, b, c } = constraint;
    const slopes = [a, b, c].map(({ wires, coefficients }) => {
      const byWire = new Map<number, bigint>();
      wires.forEach((wire, i) => {
        byWire.set(wire, coefficients[i]!);
      });
      return byWire;
    });
    const [valueA, valueB, valueC] = [evaluate(a, witness), evaluate(b, witness), evaluate(c, witness)];
    for (const wire of wiresOf(constraint)) {
      if (bound.has(wire)) continue;
      const [slopeA, slopeB, slopeC] = slopes.map((slope) => slope.get(wire) ?? 0n) as [bigint, bigint, bigint];
      if (reduceFr((valueA + slopeA) * (valueB + slopeB) - valueC - slopeC) !== 0n) bound.add(wire);
    }
  }
  return witness.flatMap((_, wire) => (bound.has(wire) ? [] : [wire]));
}
