import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Groth16Error } from '../src/error.ts';
import { loadNativeAddon } from '../src/native-addon.ts';
import { createWitnessCalculator, type WitnessCalculator, type WitnessInput } from '../src/witness-calculator.ts';
import { extractWitnessGraph } from '../src/witness-graph/extract-graph.ts';
import { NativeWitnessGraph } from '../src/witness-graph/native-witness-graph.ts';
import { builtArithmetics } from './native.ts';

/** A circuit's calculator, and its graph with each arithmetic that was built here. */
export interface Rivals {
  readonly calculator: WitnessCalculator;
  readonly graphs: readonly NativeWitnessGraph[];
}

/** Whether the circuit took an input, or what it said. */
export type Answer = 'accepted' | string;

/** Extracts the graph of a calculator, or takes one that was extracted before. */
export async function rivalsOf(wasm: Uint8Array, file?: Uint8Array): Promise<Rivals> {
  const graph = file ?? (await extractWitnessGraph(wasm));
  const wasmSha256 = createHash('sha256').update(wasm).digest('hex');
  return {
    calculator: await createWitnessCalculator(wasm),
    graphs: builtArithmetics.map((name) => NativeWitnessGraph.load(loadNativeAddon(name)!, graph, wasmSha256)),
  };
}

/** Asserts that the graphs give the calculator's wires, byte for byte, or its error, word for word. */
export function assertSameAnswer({ calculator, graphs }: Rivals, input: WitnessInput): Answer {
  const expected = answerOf(calculator, input);
  for (const graph of graphs) {
    const found = answerOf(graph, input);
    if (expected instanceof Groth16Error) {
      assert.ok(found instanceof Groth16Error, `accepted, though the calculator says: ${expected.message}`);
      assert.equal(found.code, expected.code);
      assert.equal(found.message, expected.message);
    } else {
      if (found instanceof Groth16Error) throw found;
      assert.ok(Buffer.from(found).equals(expected), 'another witness');
    }
  }
  return expected instanceof Groth16Error ? expected.message : 'accepted';
}

function answerOf(calculator: WitnessCalculator, input: WitnessInput): Uint8Array | Groth16Error {
  try {
    return calculator.wtns(input);
  } catch (error) {
    if (error instanceof Groth16Error) return error;
    throw error;
  }
}
