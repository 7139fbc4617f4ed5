import type { R1cs, WitnessInput } from '@assay/groth16';
import { type CalculatorExports, compileCalculator, readShared } from '../../packages/groth16/src/circom-calculator.ts';
import { runCalculator } from '../../packages/groth16/src/witness-calculator.ts';

/**
 * Computes every signal of a circuit, also those that are in no optimised constraint: a calculator computes them all, and has a
 * table by which it finds the few that are wires. That table is filled with other labels, as many at a time as it holds.
 *
 * @param optimised the constraints that the calculator was compiled with
 * @param labels of the signals whose values are wanted, as `R1cs.labels` has them at any level of simplification
 * @throws Error when the calculator has not exactly one such table
 */
export async function labelReader(
  wasm: Uint8Array,
  optimised: R1cs,
  labels: readonly number[],
): Promise<(input: WitnessInput) => bigint[]> {
  const module = await compileCalculator(wasm);
  return (input) => {
    const exports = runCalculator(module, input);
    const table = wireTable(exports, optimised.labels);
    const values: bigint[] = [];
    for (let from = 0; from < labels.length; from += table.length) {
      const some = labels.slice(from, from + table.length);
      table.set(some);
      for (const wire of some.keys()) {
        exports.getWitness(wire);
        values.push(readShared(exports));
      }
    }
    return values;
  };
}

/** The calculator's table of the label of each wire, in its memory. */
function wireTable({ memory }: CalculatorExports, labels: readonly number[]): Uint32Array {
  const words = new Uint32Array(memory.buffer);
  const places: number[] = [];
  for (let at = words.indexOf(labels[0]!); at >= 0; at = words.indexOf(labels[0]!, at + 1)) {
    if (labels.every((label, wire) => words[at + wire] === label)) places.push(at);
  }
  if (places.length !== 1) throw new Error(`the calculator has ${places.length} tables of its wires`);
  return words.subarray(places[0], places[0]! + labels.length);
}
