import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileCircuit } from '../../test/compile-circuit.ts';
import { needsNative } from '../../test/native.ts';
import { assertSameAnswer, rivalsOf } from '../../test/same-witness.ts';
import { SCALAR_FIELD_ORDER } from '../bn254.ts';
import { Groth16Error } from '../error.ts';
import { loadNativeAddon } from '../native-addon.ts';
import { extractWitnessGraph } from './extract-graph.ts';
import { NativeWitnessGraph } from './native-witness-graph.ts';

test('inputs of the wrong name, number or range are refused with the same words', needsNative, async () => {
  const rivals = await rivalsOf(
    await compileCircuit(`
      template Two() { signal input one; signal input two[2][1]; signal output out <== one * two[1][0]; }
      component main = Two();`),
  );
  const valid = { one: 1n, two: [[2n], [3n]] };
  assert.equal(assertSameAnswer(rivals, valid), 'accepted');
  const refused = [
    { ...valid, three: 1n },
    { ...valid, three: [] },
    { one: 1n },
    { ...valid, two: [[2n]] },
    { ...valid, one: SCALAR_FIELD_ORDER },
    { ...valid, one: -1n },
    { ...valid, two: [[2n], ['3' as unknown as bigint]] },
  ];
  for (const input of refused) assertSameAnswer(rivals, input);
});

test('a bus may be given whole or by its fields, as to the calculator', needsNative, async () => {
  const rivals = await rivalsOf(
    await compileCircuit(`
      bus Pair() { signal v[2]; }
      bus Both() { Pair() a; signal c; }
      template Main() { input Both() w; signal input k; signal output out <== w.a.v[0] * w.a.v[1] + w.c; out === k; }
      component main = Main();`),
  );
  for (const k of [17n, 18n]) {
    const whole = assertSameAnswer(rivals, { w: [3n, 4n, 5n], k });
    assert.equal(whole, assertSameAnswer(rivals, { 'w.a.v': [3n, 4n], 'w.c': 5n, k }));
    assert.equal(whole === 'accepted', k === 17n);
  }
  // One input given twice, another one not at all: that is zero, and the later value counts.
  assert.equal(assertSameAnswer(rivals, { w: [0n, 4n, 9n], 'w.c': 0n }), 'accepted');
  assert.notEqual(assertSameAnswer(rivals, { 'w.c': 0n, w: [0n, 4n, 9n] }), 'accepted');
});

test('the same witness is computed away from the main thread, many at a time', needsNative, async () => {
  const { calculator, graphs } = await rivalsOf(
    await compileCircuit(`
      template Inverse() { signal input in; signal output out <-- in == 0 ? 0 : 1 / in; out * in === 1; }
      component main = Inverse();`),
  );
  for (const graph of graphs) {
    const inputs = Array.from({ length: 20 }, (_, i) => ({ in: BigInt(i) * 0x1234_5678n }));
    const results = await Promise.allSettled(inputs.map((input) => graph.compute(input)));
    for (const [i, result] of results.entries()) {
      if (i === 0) {
        assert.equal(result.status, 'rejected');
        assert.equal(`${result.reason}`, `${failure(() => graph.witness(inputs[0]!))}`);
      } else {
        assert.equal(result.status, 'fulfilled');
        const wtns = calculator.wtns(inputs[i]!);
        assert.ok(Buffer.from(result.value).equals(wtns.subarray(wtns.length - result.value.length)));
        assert.deepEqual(graph.witness(inputs[i]!), calculator.witness(inputs[i]!));
      }
    }
  }
});

test('a graph file that was changed anywhere is refused or still safe to evaluate', needsNative, async () => {
  const wasm = await compileCircuit(`
    template Mixed() {
      signal input a;
      signal input b[2];
      signal output out <-- (a >> 3) & 7;
      signal inverse <-- b[0] == 0 ? 0 : 1 / b[0];
      signal product <== a * b[1] + inverse;
      product === a * out;
    }
    component main = Mixed();`);
  const file = await extractWitnessGraph(wasm);
  const wasmSha256 = createHash('sha256').update(wasm).digest('hex');
  const native = loadNativeAddon()!;
  assert.throws(() => NativeWitnessGraph.load(native, file, 'ab'.repeat(32)), { code: 'MALFORMED_GRAPH' });
  const outcomes = { refused: 0, evaluated: 0 };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
      (changes) => {
        const changed = file.slice();
        for (const [at, value] of changes) changed[at] = value;
        try {
          NativeWitnessGraph.load(native, changed, wasmSha256).wtns({ a: 5n, b: [0n, 0n] });
          outcomes.evaluated++;
        } catch (error) {
          assert.ok(error instanceof Groth16Error, `${error}`);
          outcomes.refused++;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert.ok(outcomes.refused > 100 && outcomes.evaluated > 100, JSON.stringify(outcomes));
});

function failure(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
