import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Groth16Error, type ProvingEngine } from '@assay/groth16';
import { LazyEngine } from './lazy-engine.ts';

/** An engine that gives its witness as its number. */
function engineOf(number: bigint, onClose: () => void = () => undefined): ProvingEngine {
  return {
    name: 'numbered',
    provingSystem: `numbered/${number}`,
    prove: () => Promise.reject(new Error('not asked for')),
    witness: async () => [number],
    close: async () => onClose(),
  };
}

test('a circuit of its own gets its engine with the first job, and once', async () => {
  let starts = 0;
  const start = async () => {
    starts++;
    return engineOf(2n);
  };
  const engine = new LazyEngine(engineOf(1n), new Map([['large', start]]));
  assert.equal(engine.provingSystem, 'numbered/1');
  assert.deepEqual(await engine.witness('small', {}), [1n]);
  assert.equal(starts, 0);
  const both = await Promise.all([engine.witness('large', {}), engine.witness('large', {})]);
  assert.deepEqual([both, starts], [[[2n], [2n]], 1]);
});

test('an engine that does not start fails its job, and is tried again with the next', async () => {
  let starts = 0;
  const start = async () => {
    if (starts++ === 0) throw new Groth16Error('MALFORMED_KEY', 'not the key');
    return engineOf(2n);
  };
  const engine = new LazyEngine(engineOf(1n), new Map([['large', start]]));
  await assert.rejects(engine.witness('large', {}), { code: 'MALFORMED_KEY' });
  assert.deepEqual(await engine.witness('large', {}), [2n]);
});

test('closing ends every engine that was started, and starts no other', async () => {
  const closed: string[] = [];
  const start = (name: string) => async () => engineOf(2n, () => closed.push(name));
  const later = new Map([
    ['large', start('large')],
    ['larger', start('larger')],
  ]);
  const engine = new LazyEngine(
    engineOf(1n, () => closed.push('base')),
    later,
  );
  await engine.witness('large', {});
  await engine.close();
  assert.deepEqual(closed.sort(), ['base', 'large']);
  assert.deepEqual(await engine.witness('larger', {}), [1n]);
});
