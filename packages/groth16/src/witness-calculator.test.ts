import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type CompiledCircuit, compileSmallCircuit, INPUT, SECRETS } from '../test/small-circuit.ts';
import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import { calculateWitness, createWitnessCalculator, type WitnessInput } from './witness-calculator.ts';

let circuit: CompiledCircuit;
before(async () => {
  circuit = await compileSmallCircuit();
});
after(() => circuit.remove());

test('the bytes for the prover hold the same values, in the wtns format', async () => {
  const calculator = await createWitnessCalculator(circuit.wasm);
  const witness = calculator.witness(INPUT);
  const bytes = Buffer.from(calculator.wtns(INPUT));
  assert.equal(witness.length, calculator.wireCount);
  assert.equal(bytes.toString('latin1', 0, 4), 'wtns');
  const values = bytes.subarray(bytes.length - 32 * witness.length);
  for (const [wire, value] of witness.entries()) {
    const stored = Buffer.from(values.subarray(32 * wire, 32 * (wire + 1))).reverse();
    assert.equal(BigInt(`0x${stored.toString('hex')}`), value);
  }
});

test('a calculator gives the same witness after it has refused others', async () => {
  const calculator = await createWitnessCalculator(circuit.wasm);
  const before = calculator.witness(INPUT);
  assert.throws(() => calculator.witness({ ...INPUT, sum: 1n }), { code: 'WITNESS_REJECTED' });
  assert.deepEqual(calculator.witness(INPUT), before);
});

test('a refusal names template and line, and no value', async () => {
  const refused: WitnessInput[] = [
    { ...INPUT, product: 5_555_555_555n },
    { ...INPUT, sum: (INPUT.sum as bigint) + 4_444_444_444n, offset: SECRETS.offset + 4_444_444_444n },
  ];
  for (const input of refused) {
    await assert.rejects(calculateWitness(circuit.wasm, input), (error: Groth16Error) => {
      assert.equal(error.code, 'WITNESS_REJECTED');
      assert.match(error.message, /Small_\d+ line \d+/);
      const shown = `${error.message} ${error.stack} ${String(error.cause)}`;
      for (const value of Object.values(input).flat(2)) assert.ok(!shown.includes(`${value}`));
      return true;
    });
  }
});

test('inputs of the wrong name, number or range are refused without their values', async () => {
  const refused: [WitnessInput, RegExp][] = [
    [{ ...INPUT, unknown: 7_777_777n }, /no input signal unknown/],
    [{ ...INPUT, factors: [7_777_777n] }, /factors takes 2 values, 1 were given/],
    [{ ...INPUT, factors: [7_777_777n, 1n, 1n] }, /factors takes 2 values, 3 were given/],
    [{ product: 7_777_777n, sum: 1n, factors: [1n, 1n] }, /takes 5 input values, 4 were given/],
    [{ ...INPUT, offset: -7_777_777n }, /offset has a value outside the field/],
    [{ ...INPUT, offset: SECRETS.offset + SCALAR_FIELD_ORDER }, /offset has a value outside the field/],
  ];
  for (const [input, message] of refused) {
    await assert.rejects(calculateWitness(circuit.wasm, input), (error: unknown) => {
      assert.ok(error instanceof Groth16Error && error.code === 'MALFORMED_INPUT');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /7777777/);
      return true;
    });
  }
});

test('what the circuit logs goes nowhere', async () => {
  const program = `
    const { calculateWitness } = await import(${JSON.stringify(import.meta.resolve('./witness-calculator.ts'))});
    const { readFile } = await import('node:fs/promises');
    const { INPUT } = await import(${JSON.stringify(import.meta.resolve('../test/small-circuit.ts'))});
    const wasm = await readFile(process.argv[1]);
    await calculateWitness(wasm, INPUT);
    await calculateWitness(wasm, { ...INPUT, sum: 1n }).catch(() => undefined);`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, circuit.wasmPath]);
  assert.deepEqual(await run, { stdout: '', stderr: '' });
});

test('what is no calculator is refused', async () => {
  const refused = { code: 'MALFORMED_CALCULATOR' };
  await assert.rejects(createWitnessCalculator(new Uint8Array(100)), refused);
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await assert.rejects(createWitnessCalculator(empty), refused);
});
