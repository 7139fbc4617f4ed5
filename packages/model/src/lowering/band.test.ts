import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '@assay/schema';
import type { AdditiveModel } from '../additive-model.ts';
import { buildModel, floats } from '../graph-fixture.ts';
import { lowerAdditive } from '../lower-onnx.ts';
import { ELEMENT } from '../onnx/tensor.ts';
import { GAMMA_MIN } from './integer-model.ts';

const U = 2 ** -24;
const gamma = (n: number) => (n * U) / (1 - n * U);

/** Sums `columns` attributes of one kind with weight 1, the last one with `lastWeight`. */
function sumOf(columns: number, kind: 'count' | 'amount', lastWeight = 1): AdditiveModel {
  const slots = Array.from({ length: columns }, (_, slot) => ({
    slot,
    name: `a${slot}`,
    kind,
    digits: kind === 'count' ? 0 : 2,
    min: kind === 'count' ? '0' : '-50',
    max: '1000000',
    protected: false,
    attestedBy: 'self',
  }));
  const bytes = buildModel({
    inputs: [['x', ELEMENT.FLOAT, columns]],
    constants: [
      floats(
        'w',
        [columns, 1],
        Array.from({ length: columns }, (_, i) => (i === columns - 1 ? lastWeight : 1)),
      ),
    ],
    nodes: [['MatMul', ['x', 'w'], ['score']]],
    outputs: ['score'],
  });
  const schema = parseSchema({ name: 'sum', version: '1', slots });
  return lowerAdditive(bytes, {
    schema,
    approveLabel: '1',
    cutoff: { score: '0' },
    inputs: slots.map(({ name }) => name),
  });
}

test('gamma counts a product and the additions of any order for each column', () => {
  for (const columns of [8, 20, 32]) {
    assert.equal(sumOf(columns, 'count').gammaNum, BigInt(Math.ceil(2 ** 40 * gamma(columns + 1))));
  }
  assert.equal(sumOf(2, 'count').gammaNum, GAMMA_MIN);
});

test('gamma counts the rounding of inputs that binary32 does not hold', () => {
  const perUnit = (U + 2 ** -52) * (1 + gamma(21)) + gamma(21);
  assert.equal(sumOf(20, 'amount').gammaNum, BigInt(Math.ceil(2 ** 40 * perUnit)));
});

test('magnitudes cover what lies below zero on the raw scale', () => {
  // x = 0 encodes -50.00: 5,000 steps of a cent that the float evaluation handles and x does not show.
  const { magnitudes } = sumOf(20, 'amount');
  assert.deepEqual(new Set(magnitudes.slice(0, 20)), new Set([5000n]));
  assert.deepEqual(new Set(magnitudes.slice(20)), new Set([0n]));
  assert.deepEqual(new Set(sumOf(20, 'count').magnitudes), new Set([0n]));
});

test('a column of weight zero leaves nothing in the band but its place in the sum', () => {
  const model = sumOf(20, 'amount', 0);
  assert.equal(model.weights[19], 0n);
  assert.equal(model.magnitudes[19], 0n);
  assert.equal(model.readMask, (1n << 20n) - 1n);
});
