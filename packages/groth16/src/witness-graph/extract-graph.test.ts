import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { compileCircuit } from '../../test/compile-circuit.ts';
import type { Groth16Error } from '../error.ts';
import { extractWitnessGraph } from './extract-graph.ts';
import { readGraphDescription } from './graph-file.ts';

let wasm: Uint8Array;
before(async () => {
  wasm = await compileCircuit(`
    template Sum() {
      signal input a[3];
      signal input b;
      signal output out <== a[0] * a[1] + a[2];
      out === b;
    }
    component main = Sum();`);
});

test('a graph says what its circuit takes, and where it refuses; it comes out the same every time', async () => {
  const graph = await extractWitnessGraph(wasm);
  const { signals, refusals, wireCount } = readGraphDescription(graph);
  assert.deepEqual(signals.map(({ size }) => size).sort(), [1, 3]);
  assert.deepEqual(refusals, [{ unsatisfied: true, places: 'Sum_0 line 7' }]);
  // The constant, three inputs and what is left of the output.
  assert.ok(wireCount >= 5);
  assert.deepEqual(await extractWitnessGraph(wasm), graph);
});

test('what depends on inputs in a way that no graph can express is refused, with the reason', async () => {
  const circuits: readonly (readonly [body: string, reason: RegExp])[] = [
    [
      'var rest = in; var count = 0; while (rest > 0) { rest = rest >> 1; count += 1; }',
      /a loop goes on as inputs say/,
    ],
    ['var table[4] = [1, 2, 3, 4]; var count = table[in & 3];', /an index or a count depends on inputs/],
    ['var count = 0; assert(in * 0 == 1);', /it refuses all inputs/],
  ];
  for (const [body, reason] of circuits) {
    const source = `template T() { signal input in; signal output out; ${body} out <-- count; } component main = T();`;
    const compiled = await compileCircuit(source);
    await assert.rejects(extractWitnessGraph(compiled), (error: Groth16Error) => {
      assert.equal(error.code, 'UNSUPPORTED_CALCULATOR');
      assert.match(error.message, reason);
      return true;
    });
  }
});

test('functions that are not what their names say are found out', async () => {
  for (const [one, other] of [
    ['Fr_add', 'Fr_sub'],
    ['Fr_lt\u0000', 'Fr_gt\u0000'],
    ['Fr_idiv', 'Fr_copy'],
    ['Fr_land', 'Fr_bxor'],
  ] as const) {
    await assert.rejects(extractWitnessGraph(swapNames(wasm, one, other)), (error: Groth16Error) => {
      assert.equal(error.code, 'UNSUPPORTED_CALCULATOR');
      return true;
    });
  }
});

test('a calculator without names, and what is none, are refused', async () => {
  const withoutNames = Buffer.from(wasm);
  // The custom section is another one then.
  const at = withoutNames.lastIndexOf(Buffer.from('\u0004name'));
  withoutNames[at + 1] = 'N'.charCodeAt(0);
  await assert.rejects(extractWitnessGraph(withoutNames), { code: 'UNSUPPORTED_CALCULATOR' });
  await assert.rejects(extractWitnessGraph(wasm.subarray(0, 1_000)), { code: 'MALFORMED_CALCULATOR' });
  await assert.rejects(extractWitnessGraph(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)), {
    code: 'MALFORMED_CALCULATOR',
  });
});

/** The module with two entries of its name section exchanged. */
function swapNames(module: Uint8Array, one: string, other: string): Uint8Array {
  const text = Buffer.from(module).toString('latin1');
  const start = text.lastIndexOf('\u0004name');
  const entry = (name: string) => String.fromCharCode(name.replace('\u0000', '').length) + name.replace('\u0000', '');
  const names = text.slice(start);
  const marked = names
    .replace(entry(one), '\u0001mark')
    .replace(entry(other), entry(one))
    .replace('\u0001mark', entry(other));
  assert.notEqual(marked, names);
  return Buffer.from(text.slice(0, start) + marked, 'latin1');
}
