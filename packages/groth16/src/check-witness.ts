import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import type { Constraint, LinearCombination, R1cs } from './r1cs.ts';

const MINUS_ONE = SCALAR_FIELD_ORDER - 1n;

/**
 * Evaluates every constraint on a witness.
 *
 * @param witness one canonical value for each wire, `witness[0] = 1`
 * @returns the index of the first constraint that does not hold, or `undefined` when all do
 * @throws Groth16Error `MALFORMED_INPUT` when the witness has another length than the circuit, does not begin with one,
 * or holds a value outside the field.
 */
export function checkWitness(r1cs: R1cs, witness: readonly bigint[]): number | undefined {
  if (witness.length !== r1cs.wireCount) {
    throw new Groth16Error(
      'MALFORMED_INPUT',
      `the witness has ${witness.length} values, the circuit ${r1cs.wireCount} wires`,
    );
  }
  if (witness[0] !== 1n) throw new Groth16Error('MALFORMED_INPUT', 'wire 0 of a witness is the constant one');
  const outside = witness.findIndex((value) => value < 0n || value >= SCALAR_FIELD_ORDER);
  if (outside >= 0) throw new Groth16Error('MALFORMED_INPUT', `wire ${outside} holds a value outside the field`);
  const violated = r1cs.constraints.findIndex((constraint) => !holds(constraint, witness));
  return violated < 0 ? undefined : violated;
}

/** Whether one constraint holds on a witness of canonical values. */
export function holds(constraint: Constraint, witness: readonly bigint[]): boolean {
  const a = evaluate(constraint.a, witness);
  const b = a === 0n ? 0n : evaluate(constraint.b, witness);
  return (a * b - evaluate(constraint.c, witness)) % SCALAR_FIELD_ORDER === 0n;
}

/** Value of a linear combination on a witness, reduced into [0, r). */
export function evaluate({ wires, coefficients }: LinearCombination, witness: readonly bigint[]): bigint {
  let sum = 0n;
  for (let i = 0; i < wires.length; i++) {
    const value = witness[wires[i]!]!;
    const coefficient = coefficients[i]!;
    if (coefficient === 1n) sum += value;
    else if (coefficient === MINUS_ONE) sum -= value;
    else if (value !== 0n) sum += coefficient * value;
  }
  const reduced = sum % SCALAR_FIELD_ORDER;
  return reduced < 0n ? reduced + SCALAR_FIELD_ORDER : reduced;
}
