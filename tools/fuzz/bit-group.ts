import { FIELD_ORDER, invertFr, reduceFr } from '@assay/field';
import { type Constraint, evaluate } from '@assay/groth16';

/** The bits of a decomposition: in a linear constraint they have the coefficients unit, 2 unit, 4 unit and so on. */
export interface BitGroup {
  /** Wires of the bits, lowest first. */
  readonly wires: readonly number[];
  readonly unit: bigint;
}

/** The longest run of bits in a constraint that is linear, undefined where there are not two. */
export function findBitGroup({ a, b, c }: Constraint, isBoolean: (wire: number) => boolean): BitGroup | undefined {
  if (a.wires.length > 0 && b.wires.length > 0) return undefined;
  const byCoefficient = new Map<bigint, number>();
  c.wires.forEach((wire, i) => {
    if (isBoolean(wire)) byCoefficient.set(c.coefficients[i]!, wire);
  });
  let longest: BitGroup | undefined;
  for (const unit of byCoefficient.keys()) {
    const wires: number[] = [];
    for (let coefficient = unit; wires.length < 254; coefficient = (2n * coefficient) % FIELD_ORDER) {
      const wire = byCoefficient.get(coefficient);
      if (wire === undefined) break;
      wires.push(wire);
    }
    if (wires.length >= 2 && wires.length > (longest?.wires.length ?? 0)) longest = { wires, unit };
  }
  return longest;
}

/** The number that the bits have to make up, all other wires given: an element, which need not fit. */
export function groupTarget({ c }: Constraint, { wires, unit }: BitGroup, values: readonly bigint[]): bigint {
  const own = wires.reduce((sum, wire, i) => sum + (values[wire]! << BigInt(i)), 0n);
  return reduceFr(reduceFr(own) - reduceFr(evaluate(c, values) * invertFr(reduceFr(unit))));
}
