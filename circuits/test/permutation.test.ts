import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_ORDER, poseidon, poseidonUnder, randomFr, tag } from '@assay/field';
import { compileGadget } from './compile-gadget.ts';

test('the permutation gadget is Poseidon, with any capacity', async () => {
  const calculator = await compileGadget('permutation');
  const hash = (capacity: bigint, inputs: bigint[]): bigint => calculator.witness({ capacity, inputs })[1]!;
  for (const inputs of [
    Array.from({ length: 7 }, () => randomFr() as bigint),
    new Array<bigint>(7).fill(FIELD_ORDER - 1n),
    new Array<bigint>(7).fill(0n),
    [1n, 2n, 3n, 4n, 5n, 6n, 7n],
  ]) {
    assert.equal(hash(0n, inputs), poseidon(inputs));
    assert.equal(hash(tag('tree-block'), inputs), poseidonUnder('tree-block', inputs));
  }
});
