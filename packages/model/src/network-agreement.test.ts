import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '@assay/schema';
import fc from 'fast-check';
import { BAND_BITS } from './additive-model.ts';
import { loadModel } from './committed-models-fixture.ts';
import { agreementReport } from './float/agreement-report.ts';
import { toFloat32 } from './float32.ts';
import { buildModel, floats } from './graph-fixture.ts';
import { type LoweredModel, type LoweringOptions, lowerGraph, lowerOnnx } from './lower-onnx.ts';
import { evaluateNetwork, type NetworkModel } from './network-model.ts';
import { ELEMENT } from './onnx/tensor.ts';
import { exact, ratio } from './rational.ts';
import { generator, randomRows } from './row-fixture.ts';

function network(bytes: Uint8Array, options: LoweringOptions): NetworkModel & LoweredModel {
  const model = lowerOnnx(bytes, options);
  assert.ok(model.family === 'network');
  return model;
}

test('rows just outside the band, on both sides, agree', async () => {
  const { bytes, options, schema } = loadModel('retail-network');
  const model = network(bytes, options);
  const { slot, maxEncoded } = schema.byName.get('loan_amount')!;
  const side = (row: readonly bigint[], amount: bigint) => {
    const { inBand, approve } = evaluateNetwork(model, row.with(slot, amount));
    return inBand ? 'band' : approve ? 'approve' : 'decline';
  };
  const edges = randomRows(schema, 1200, 2).flatMap((row) => {
    const [low, high] = [side(row, 0n), side(row, maxEncoded)];
    if (low === high) return [];
    // Bisection ends at an amount where the side changes, into the band or across it.
    let [from, to] = [0n, maxEncoded];
    while (to - from > 1n) {
      const middle = (from + to) / 2n;
      if (side(row, middle) === low) from = middle;
      else to = middle;
    }
    return [from, to].filter((amount) => side(row, amount) !== 'band').map((amount) => row.with(slot, amount));
  });
  assert.ok(edges.length >= 50, `only ${edges.length} rows reach the band's edge`);
  const report = await agreementReport(bytes, options, edges);
  assert.equal(report.inBandShare, 0);
  assert.equal(report.disagreementsOutsideBand, 0);
});

test('the bound holds for every order of summation, fused or not', () => {
  const { bytes, options, schema } = loadModel('retail-network');
  const { model, graph } = lowerGraph(bytes, options);
  assert.ok(model.family === 'network');
  const constant = (name: string) => graph.constants.get(name)!.values;
  const dense = ['layers.0', 'layers.2', 'layers.4'].map((layer) => ({
    weights: constant(`${layer}.weight`),
    biases: constant(`${layer}.bias`),
  }));
  const columns = options.inputs!.map((name) => schema.byName.get(name)!);
  const random = generator(7);
  const below = (limit: number) => Number(random(BigInt(limit)));
  for (const x of randomRows(schema, 300, 12)) {
    let values = columns.map((a, i) => {
      const value = toFloat32(ratio(a.minScaled + x[a.slot]!, 10n ** BigInt(a.digits)));
      return Math.fround(Math.fround(value - constant('mean')[i]!) / constant('std')[i]!);
    });
    for (const [l, { weights, biases }] of dense.entries()) {
      const sums = biases.map((bias, k) => anyOrder(bias, weights.slice(k * values.length), values, below));
      values = l === 2 ? sums : sums.map((value) => Math.max(0, value));
    }
    const float = exact(values[0]!);
    const { score, band } = evaluateNetwork(model, x);
    const { twos } = model.report.scale;
    const error = float.num * (1n << BigInt(twos)) - score * float.den;
    assert.ok((error < 0n ? -error : error) << BAND_BITS <= band * float.den);
  }
});

type Term = { readonly sum: number } | { readonly value: number; readonly weight: number };

/** The sum of products and a bias as a random binary tree; a product may be fused into the sum above it. */
function anyOrder(
  bias: number,
  weights: readonly number[],
  values: readonly number[],
  below: (limit: number) => number,
): number {
  const terms: Term[] = [{ sum: bias }, ...values.map((value, i) => ({ value, weight: weights[i]! }))];
  const product = (term: Term, round: boolean) => {
    if ('sum' in term) return term.sum;
    return round ? Math.fround(term.value * term.weight) : term.value * term.weight;
  };
  while (terms.length > 1) {
    const [a] = terms.splice(below(terms.length), 1);
    const [b] = terms.splice(below(terms.length), 1);
    terms.push({ sum: Math.fround(product(a!, true) + product(b!, below(2) === 0)) });
  }
  return product(terms[0]!, true);
}

const schema = parseSchema({
  name: 'random',
  version: '1',
  slots: [
    {
      slot: 0,
      name: 'a',
      kind: 'amount',
      digits: 2,
      min: '-1000',
      max: '1000000',
      protected: false,
      attestedBy: 'self',
    },
    { slot: 1, name: 'b', kind: 'ratio', digits: 6, min: '0', max: '10', protected: false, attestedBy: 'self' },
    { slot: 31, name: 'c', kind: 'flag', protected: false, attestedBy: 'self' },
  ],
});

test('the bound holds for random networks of one and two layers, cancellation and wide ranges included', async () => {
  const number = fc
    .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -8, max: 1 }))
    .map(([m, e]) => Math.fround(m * 10 ** e));
  const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  await fc.assert(
    fc.asyncProperty(
      fc.record({ first: numbers(12), bias: numbers(4), second: numbers(12), third: numbers(3), seed: fc.nat(1000) }),
      fc.boolean(),
      async ({ first, bias, second, third, seed }, deep) => {
        const bytes = buildModel({
          inputs: [['x', ELEMENT.FLOAT, 3]],
          constants: [
            floats('w', [3, 4], first),
            // Two neurons nearly repeat one another: what is left of their difference is small.
            floats('b', [4], bias),
            floats(
              'v',
              [4, 3],
              second.map((value, i) => (i % 3 === 1 ? Math.fround(second[i - 1]! * (1 + 1e-6)) : value)),
            ),
            floats('c', [3], third),
            floats('u', [3, 1], [1, -1, third[0]! || 1]),
            floats('u1', [4, 1], second.slice(0, 4)),
          ],
          nodes: deep
            ? [
                ['MatMul', ['x', 'w'], ['p']],
                ['Add', ['p', 'b'], ['q']],
                ['Relu', ['q'], ['h']],
                ['Gemm', ['h', 'v', 'c'], ['r']],
                ['Relu', ['r'], ['g']],
                ['MatMul', ['g', 'u'], ['score']],
              ]
            : [
                ['Gemm', ['x', 'w', 'b'], ['q']],
                ['Relu', ['q'], ['h']],
                ['MatMul', ['h', 'u1'], ['score']],
              ],
          outputs: ['score'],
        });
        const options = { schema, approveLabel: '1', cutoff: { score: '0.3' }, inputs: ['a', 'b', 'c'] };
        const report = await agreementReport(bytes, options, randomRows(schema, 50, seed));
        assert.ok(report.worstErrorToBand <= 1, `error reaches ${report.worstErrorToBand} of the band`);
        assert.equal(report.disagreementsOutsideBand, 0);
      },
    ),
    { numRuns: 60 },
  );
});
