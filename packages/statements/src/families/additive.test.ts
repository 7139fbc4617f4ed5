import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, FIELD_ORDER, fr } from '@assay/field';
import type { AdditiveModel } from '@assay/model';
import { model } from '../../test/sample.ts';
import { modelCommitment } from '../model-commitment.ts';
import { additiveInput, magnitudesHash, weightSum } from './additive.ts';

const modelSalt = fr(77n);
const committed = { model, modelSalt };
const signed = (value: bigint): bigint => (value < 0n ? FIELD_ORDER + value : value);

test('the commitment is the chain that the specification writes out', () => {
  const steps = model.steps.flatMap(({ u, slot, threshold }) => [signed(u), BigInt(slot) + 32n * threshold]);
  const expected = chain('model', [
    ...[1n, model.schemaId, ...model.weights.map(signed), ...steps],
    ...[signed(model.bias), model.cutoff, model.gammaNum, model.b0, 8n],
    ...[chain('model-magnitudes', [...model.magnitudes, model.extra]), modelSalt],
  ]);
  assert.equal(modelCommitment(committed), expected);
});

test('the sum of weights has no signs', () => {
  assert.equal(weightSum(model), 8n);
});

test('any change of a parameter changes the commitment, signs too', () => {
  const variants: readonly Partial<AdditiveModel>[] = [
    { schemaId: model.schemaId + 1n },
    { weights: model.weights.with(6, -3n) },
    { weights: model.weights.with(31, 1n) },
    { weights: model.weights.with(6, 0n).with(7, 3n) },
    { steps: model.steps.with(0, { ...model.steps[0]!, u: 7n }) },
    { steps: model.steps.with(0, { ...model.steps[0]!, slot: 3 }) },
    { steps: model.steps.with(0, { ...model.steps[0]!, threshold: 3n }) },
    { bias: 11n },
    { cutoff: -1_000_000n },
    { gammaNum: model.gammaNum + 1n },
    { b0: model.b0 + 1n },
    { magnitudes: model.magnitudes.with(0, 1n) },
    { extra: 1n },
  ];
  const commitments = variants.map((change) => modelCommitment({ model: { ...model, ...change }, modelSalt }));
  const salted = modelCommitment({ model, modelSalt: fr(78n) });
  assert.equal(new Set([modelCommitment(committed), salted, ...commitments]).size, variants.length + 2);
});

test('what is read beside the parameters is no part of it', () => {
  assert.equal(modelCommitment({ model: { ...model, readMask: 0n }, modelSalt }), modelCommitment(committed));
});

test('magnitudes are bound with the extra band', () => {
  assert.notEqual(magnitudesHash(model), magnitudesHash({ ...model, extra: 5n }));
});

test('circuits get field elements', () => {
  const { weights, cutoff } = additiveInput(committed) as { weights: bigint[]; cutoff: bigint };
  assert.equal(weights[0], FIELD_ORDER - 5n);
  assert.equal(cutoff, model.cutoff);
});
