import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grainGenConstants } from '@noble/curves/abstract/poseidon.js';
import { bn254 } from '@noble/curves/bn254.js';
import { FIELD_ORDER } from './fr.ts';
import { grainNumbers } from './poseidon-grain.ts';

test('the generator gives the constants and the matrix of an independent implementation', () => {
  for (const [width, partialRounds] of [
    [2, 56],
    [7, 63],
    [17, 68],
  ] as const) {
    const { constants, x, y } = grainNumbers(width, 8, partialRounds);
    const options = { Fp: bn254.fields.Fr, t: width, roundsFull: 8, roundsPartial: partialRounds };
    const { roundConstants, mds } = grainGenConstants(options);
    assert.deepEqual(constants, roundConstants);
    for (const [i, row] of mds.entries()) {
      for (const [j, element] of row.entries()) assert.equal((element * (x[i]! + y[j]!)) % FIELD_ORDER, 1n);
    }
  }
});
