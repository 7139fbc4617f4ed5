import { type LinearCombination, type R1cs, SCALAR_FIELD_ORDER } from '@assay/groth16';
import { SectionWriter, writeSections } from '../src/zkey-writer.ts';

/** The `.r1cs` file of a circuit, for circuits that no compiler makes. */
export function encodeR1cs(r1cs: R1cs): Uint8Array {
  const { wireCount, publicOutputs, publicInputs, privateInputs, constraints } = r1cs;
  const header = new SectionWriter(4 + 32 + 4 * 4 + 8 + 4)
    .uint32(32)
    .integer(SCALAR_FIELD_ORDER)
    .uint32(wireCount, publicOutputs, publicInputs, privateInputs, wireCount, 0, constraints.length);
  const combinations = constraints.flatMap(({ a, b, c }) => [a, b, c]);
  const body = new SectionWriter(combinations.reduce((sum, { wires }) => sum + 4 + 36 * wires.length, 0));
  for (const { wires, coefficients } of combinations) {
    body.uint32(wires.length);
    for (const [i, wire] of wires.entries()) body.uint32(wire).integer(coefficients[i]!);
  }
  const labels = new SectionWriter(8 * wireCount);
  for (let wire = 0; wire < wireCount; wire++) labels.uint32(wire, 0);
  return writeSections('r1cs', [
    { kind: 2, content: body.end() },
    { kind: 1, content: header.end() },
    { kind: 3, content: labels.end() },
  ]);
}

/** A sum of terms. */
export function combination(...terms: readonly (readonly [wire: number, coefficient: bigint])[]): LinearCombination {
  return {
    wires: Uint32Array.from(terms, ([wire]) => wire),
    coefficients: terms.map(([, coefficient]) => coefficient),
  };
}

/** A circuit of which only the sizes matter: so many wires, `x * x = x` for each wire x of the first constraints. */
export function plainCircuit(wireCount: number, constraintCount: number): Uint8Array {
  const constraints = Array.from({ length: constraintCount }, (_, wire) => {
    const x = combination([wire, 1n]);
    return { a: x, b: x, c: x };
  });
  return encodeR1cs({ wireCount, publicOutputs: 0, publicInputs: 1, privateInputs: 0, constraints, labels: [] });
}
