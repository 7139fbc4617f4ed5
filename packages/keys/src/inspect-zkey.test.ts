import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseR1cs } from '@assay/groth16';
import { curves, type MemoryFile, zKey } from 'snarkjs';
import { powersOfTau } from '../test/powers-of-tau.ts';
import { compileTinyCircuit, type TinyCircuit } from '../test/tiny-circuit.ts';
import { FixedBasePool } from './fixed-base-pool.ts';
import { inspectZkey } from './inspect-zkey.ts';
import { computeProvingKey } from './proving-key.ts';
import { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';

const WASTE = { tau: 1001n, alpha: 1003n, beta: 1007n, gamma: 1009n, delta: 1013n };
const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20';

let circuit: TinyCircuit;
let pool: FixedBasePool;
let initial: MemoryFile;
before(async () => {
  circuit = await compileTinyCircuit();
  pool = await FixedBasePool.start(1);
  initial = { type: 'mem' };
  await zKey.newZKey({ type: 'mem', data: circuit.r1cs }, { type: 'mem', data: powersOfTau(4, WASTE) }, initial);
});
after(async () => {
  await circuit.remove();
  await pool.close();
  await (await curves.getCurveFromName('bn128')).terminate();
});

async function contributed(from: MemoryFile, name: string): Promise<MemoryFile> {
  const out: MemoryFile = { type: 'mem' };
  await zKey.contribute(from, out, name, name);
  return out;
}

async function ended(from: MemoryFile): Promise<MemoryFile> {
  const out: MemoryFile = { type: 'mem' };
  await zKey.beacon(from, out, 'beacon', BEACON, 10);
  return out;
}

function development(waste = WASTE): Promise<Uint8Array> {
  const circuitHash = new TextEncoder().encode(DEVELOPMENT_CONSTANT);
  return computeProvingKey({ r1cs: parseR1cs(circuit.r1cs), waste, circuitHash, pool });
}

test('a key with contributions and a beacon at the end is a ceremony key', async () => {
  const two = await ended(await contributed(await contributed(initial, 'one'), 'two'));
  const { contributions } = inspectZkey(two.data!, 'ceremony', { minimumContributions: 2 });
  assert.deepEqual(
    contributions.map(({ name, beacon }) => [name, beacon]),
    [
      ['one', false],
      ['two', false],
      ['beacon', true],
    ],
  );
  assert.throws(() => inspectZkey(two.data!, 'ceremony', { minimumContributions: 3 }), { code: 'KEY_UNSOUND' });
});

test('a key that nobody contributed to, or without a beacon at its end, is refused', async () => {
  // Fresh from newZKey: delta equals gamma, and anyone can forge.
  assert.throws(() => inspectZkey(initial.data!, 'ceremony'), { code: 'KEY_UNSOUND', message: /gamma equals delta/ });
  const one = await contributed(initial, 'one');
  assert.throws(() => inspectZkey(one.data!, 'ceremony'), { code: 'KEY_UNSOUND', message: /beacon/ });
  const only = await ended(initial);
  assert.throws(() => inspectZkey(only.data!, 'ceremony'), { code: 'KEY_UNSOUND', message: /0 contributions/ });
  const after = await contributed(await ended(one), 'late');
  assert.throws(() => inspectZkey(after.data!, 'ceremony'), { code: 'KEY_UNSOUND', message: /beacon/ });
});

test('a development key is never taken for a ceremony key, nor the other way round', async () => {
  const key = await development();
  assert.equal(inspectZkey(key, 'development').contributions.length, 0);
  assert.throws(() => inspectZkey(key, 'ceremony'), { code: 'DEVELOPMENT_KEYS' });
  // What snarkjs adds to it does not take the mark away.
  const dressed = await ended(await contributed({ type: 'mem', data: key }, 'one'));
  assert.throws(() => inspectZkey(dressed.data!, 'ceremony'), { code: 'DEVELOPMENT_KEYS' });
  const ceremony = await ended(await contributed(initial, 'one'));
  assert.throws(() => inspectZkey(ceremony.data!, 'development'), { code: 'KEY_UNSOUND' });
});

test('a key with gamma equal to delta, or two deltas, is refused', async () => {
  const equal = await development({ ...WASTE, delta: WASTE.gamma });
  assert.throws(() => inspectZkey(equal, 'development'), { code: 'KEY_UNSOUND', message: /gamma equals delta/ });
  const [key, other] = [await development(), await development({ ...WASTE, delta: 1019n })];
  // delta in G1 lies after the fields, three counts, alpha, beta (in both groups) and gamma.
  const at = 12 + 12 + 4 + 12 + 2 * 36 + 3 * 4 + 64 + 64 + 128 + 128;
  const mixed = Uint8Array.from(key);
  mixed.set(other.subarray(at, at + 64), at);
  assert.throws(() => inspectZkey(mixed, 'development'), { code: 'KEY_UNSOUND', message: /two deltas/ });
});

test('bytes that are no key are refused', async () => {
  const key = await development();
  assert.throws(() => inspectZkey(key.subarray(0, 500), 'development'), { code: 'KEY_UNSOUND' });
  assert.throws(() => inspectZkey(new Uint8Array(0), 'ceremony'), { code: 'KEY_UNSOUND' });
});
