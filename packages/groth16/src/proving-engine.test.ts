import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { builtArithmetics, needsNative } from '../test/native.ts';
import {
  type CompiledCircuit,
  compileSmallCircuit,
  INPUT,
  type SmallKey,
  setUpSmallKey,
} from '../test/small-circuit.ts';
import { Groth16Error } from './error.ts';
import { createProvingEngine } from './proving-engine.ts';
import { parseVerificationKey } from './verification-key.ts';
import { verifyGroth16 } from './verify-groth16.ts';

let circuit: CompiledCircuit;
let key: SmallKey;
before(async () => {
  circuit = await compileSmallCircuit();
  key = await setUpSmallKey(circuit);
});
after(() => circuit.remove());

const VARIABLES = ['ASSAY_ENGINE', 'ASSAY_ARITHMETIC', 'ASSAY_CACHE_DIR'] as const;
const environment = VARIABLES.map((name) => [name, process.env[name]] as const);
afterEach(() => {
  for (const [name, value] of environment) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** Has an engine prove, and gives what it says of itself and what it warned of. */
async function proveOnce(): Promise<{ system: string; warnings: string[] }> {
  const warnings: string[] = [];
  const engine = await createProvingEngine({
    circuits: { small: { zkey: key.zkeyPath, wasm: circuit.wasmPath } },
    workers: 1,
    queueLimit: 0,
    warn: (message) => warnings.push(message),
  });
  const { proof, publicSignals } = await engine.prove('small', INPUT);
  await engine.close();
  assert.ok(verifyGroth16(parseVerificationKey(key.verificationKey), publicSignals, proof).ok);
  return { system: engine.provingSystem, warnings };
}

test('the native engine proves where it was built, with the arithmetic that is asked for', needsNative, async () => {
  delete process.env.ASSAY_ENGINE;
  delete process.env.ASSAY_ARITHMETIC;
  assert.deepEqual(await proveOnce(), { system: `groth16/native-${builtArithmetics[0]}`, warnings: [] });
  process.env.ASSAY_ARITHMETIC = 'portable';
  assert.deepEqual(await proveOnce(), { system: 'groth16/native-portable', warnings: [] });
});

test('snarkjs proves where it is asked for, without a warning', async () => {
  process.env.ASSAY_ENGINE = 'snarkjs';
  assert.deepEqual(await proveOnce(), { system: 'groth16/snarkjs', warnings: [] });
});

test('where nothing was built, snarkjs proves, and that this is slower is said once', async () => {
  delete process.env.ASSAY_ENGINE;
  delete process.env.ASSAY_ARITHMETIC;
  process.env.ASSAY_CACHE_DIR = circuit.folder;
  const { system, warnings } = await proveOnce();
  assert.equal(system, 'groth16/snarkjs');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /C\+\+ compiler/);
  assert.deepEqual((await proveOnce()).warnings, []);
});

test('an engine that is insisted on and is not there is an error', async () => {
  process.env.ASSAY_ENGINE = 'native';
  process.env.ASSAY_CACHE_DIR = circuit.folder;
  await assert.rejects(proveOnce(), (error) => error instanceof Groth16Error && error.code === 'NO_ENGINE');
});
