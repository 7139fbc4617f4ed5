import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CompiledCircuit, compileSmallCircuit, INPUT, SECRETS } from '../test/small-circuit.ts';
import { Groth16Error } from './error.ts';
import { calculateWitness } from './witness-calculator.ts';
import { WitnessThread } from './witness-thread.ts';

let circuit: CompiledCircuit;
before(async () => {
  circuit = await compileSmallCircuit();
});
after(() => circuit.remove());

test('witnesses are computed in a thread, wire for wire in 32 bytes, as often as wanted', async () => {
  const [thread, wireCounts] = await WitnessThread.start(new Map([['small', circuit.wasm]]));
  const expected = await calculateWitness(circuit.wasm, INPUT);
  assert.equal(wireCounts.get('small'), expected.length);
  for (let turn = 0; turn < 2; turn++) {
    const bytes = Buffer.from(await thread.witness('small', INPUT));
    assert.equal(bytes.length, 32 * expected.length);
    const wires = expected.map((_, i) =>
      BigInt(`0x${Buffer.from(bytes.subarray(32 * i, 32 * i + 32).toReversed()).toString('hex')}`),
    );
    assert.deepEqual(wires, expected);
  }
  await thread.close();
});

test('a refusal comes with its code and without values, and the thread goes on', async () => {
  const [thread] = await WitnessThread.start(new Map([['small', circuit.wasm]]));
  await assert.rejects(thread.witness('small', { ...INPUT, sum: 1n }), (error: Groth16Error) => {
    assert.equal(error.code, 'WITNESS_REJECTED');
    for (const secret of SECRETS.factors) assert.ok(!`${error.message} ${error.stack}`.includes(`${secret}`));
    return true;
  });
  assert.ok((await thread.witness('small', INPUT)).length > 0);
  await thread.close();
});

test('a thread that was ended is started anew for the next witness', async () => {
  const [thread] = await WitnessThread.start(new Map([['small', circuit.wasm]]));
  const interrupted = thread.witness('small', INPUT);
  await thread.close();
  await interrupted.catch((error: unknown) => assert.equal((error as Groth16Error).code, 'WORKER_DIED'));
  assert.ok((await thread.witness('small', INPUT)).length > 0);
  await thread.close();
});

test('what is no calculator is refused at the start', async () => {
  const start = WitnessThread.start(new Map([['small', circuit.wasm.subarray(0, 99)]]));
  await assert.rejects(start, (error) => error instanceof Groth16Error && error.code === 'MALFORMED_CALCULATOR');
});
