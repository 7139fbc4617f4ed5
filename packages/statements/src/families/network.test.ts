import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, FIELD_ORDER, fr, signedFromFr } from '@assay/field';
import type { NetworkModel } from '@assay/model';
import { networkModel } from '../../test/network-sample.ts';
import { modelCommitment } from '../model-commitment.ts';
import { decodeModelOpening, encodeModelOpening } from '../model-opening.ts';
import { NETWORK } from './network.ts';

const modelSalt = fr(77n);
const model = networkModel();
const committed = { model, modelSalt };
const signed = (value: bigint): bigint => (value < 0n ? FIELD_ORDER + value : value);

test('the commitment is the chain that the specification writes out', () => {
  const words = ({ weights, biases }: NetworkModel['first']) =>
    Array.from({ length: biases.length / 4 }, (_, g) =>
      [biases.map((b) => b), ...weights[0]!.map((_, i) => weights.map((row) => row[i]!))].map((column) =>
        signed([0, 1, 2, 3].reduce((sum, e) => sum + column[4 * g + e]! * 2n ** BigInt(63 * e), 0n)),
      ),
    ).flat();
  const expected = chain('model', [
    ...[4n, model.schemaId, ...words(model.first), ...words(model.second)],
    ...[...model.outputWeights.map(signed), signed(model.outputBias), signed(model.cutoff)],
    ...[...model.slotNorms, model.biasNorm, ...model.growth, model.free, modelSalt],
  ]);
  assert.equal(modelCommitment(committed), expected);
});

test('any change of a parameter changes the commitment, signs too', () => {
  const { first, second, growth } = model;
  const layer = ({ weights, biases }: NetworkModel['first'], k: number, i: number, by: bigint) => ({
    weights: weights.with(k, weights[k]!.with(i, weights[k]![i]! + by)),
    biases,
  });
  const variants: readonly Partial<NetworkModel>[] = [
    { schemaId: model.schemaId + 1n },
    { first: layer(first, 0, 6, 1n) },
    { first: layer(first, 31, 31, 1n) },
    { first: { ...first, biases: first.biases.with(5, -first.biases[5]!) } },
    { second: layer(second, 15, 31, -1n) },
    { second: { ...second, biases: second.biases.with(15, 1n) } },
    { outputWeights: model.outputWeights.with(3, -model.outputWeights[3]!) },
    { outputBias: model.outputBias + 1n },
    { cutoff: -model.cutoff },
    { slotNorms: model.slotNorms.with(6, model.slotNorms[6]! + 1n) },
    { biasNorm: model.biasNorm + 1n },
    { growth: [growth[0] + 1n, growth[1], growth[2]] },
    { growth: [growth[0], growth[1] + 1n, growth[2]] },
    { growth: [growth[0], growth[1], growth[2] + 1n] },
    { free: model.free + 1n },
  ];
  const commitments = variants.map((change) => modelCommitment({ model: { ...model, ...change }, modelSalt }));
  const salted = modelCommitment({ model, modelSalt: fr(78n) });
  assert.equal(new Set([modelCommitment(committed), salted, ...commitments]).size, variants.length + 2);
});

test('conformance opens the weights that the decision computes with', () => {
  const input = NETWORK.conformanceInput(committed) as unknown as {
    slotFactors: bigint[];
    slotSteps: bigint[];
    firstSteps: bigint[][];
  };
  assert.deepEqual(
    input.firstSteps.map((row) => row.map((step, j) => signedFromFr(fr(step)) * input.slotFactors[j]!)),
    model.first.weights,
  );
  assert.deepEqual(
    input.slotSteps.map((steps, j) => steps * input.slotFactors[j]!),
    model.slotNorms,
  );
  for (const [j, norm] of model.slotNorms.entries()) assert.equal(input.slotFactors[j] === 0n, norm === 0n);
});

test('an opening reads back as it was written, and is refused where its form is another', () => {
  const bytes = encodeModelOpening(committed);
  assert.deepEqual(decodeModelOpening(bytes), committed);
  const document = JSON.parse(new TextDecoder().decode(bytes)) as { model: Record<string, unknown> };
  const refuses = (change: Record<string, unknown>, pattern: RegExp) =>
    assert.throws(
      () =>
        decodeModelOpening(
          new TextEncoder().encode(JSON.stringify({ ...document, model: { ...document.model, ...change } })),
        ),
      pattern,
    );
  refuses({ outputWeights: ['1'] }, /outputWeights/);
  refuses({ growth: ['1', '2'] }, /growth/);
  refuses({ first: { weights: [], biases: [] } }, /first\.weights/);
  refuses({ readMask: '4294967296' }, /readMask/);
  refuses({ more: '1' }, /members/);
});
