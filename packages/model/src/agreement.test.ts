import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema, type Schema } from '@assay/schema';
import fc from 'fast-check';
import { BAND_BITS, evaluateAdditive } from './additive-model.ts';
import { loadModel } from './committed-models-fixture.ts';
import { agreementReport } from './float/agreement-report.ts';
import { FloatModel, floatDecision } from './float/float-model.ts';
import { toFloat32 } from './float32.ts';
import { buildModel, floats } from './graph-fixture.ts';
import { type LoweredAdditiveModel, lowerAdditive, lowerGraph } from './lower-onnx.ts';
import { evaluateModel } from './model.ts';
import { ELEMENT } from './onnx/tensor.ts';
import { exact, ratio } from './rational.ts';
import { generator, randomRows } from './row-fixture.ts';

const NAMES = ['retail-sklearn', 'retail-binned', 'retail-torch', 'retail-torch-softmax', 'german-sklearn'];

/** The row moved along one attribute until its score is as close to the edge of the band as whole steps allow, from outside. */
function atBandEdge(
  model: LoweredAdditiveModel,
  schema: Schema,
  row: readonly bigint[],
  above: boolean,
): bigint[] | undefined {
  for (const { slot, maxEncoded } of schema.attributes) {
    const w = model.weights[slot]!;
    if (w === 0n) continue;
    const outside = (x: bigint) => {
      const { score, inBand } = evaluateAdditive(model, row.with(slot, x));
      return !inBand && score > model.cutoff === above;
    };
    const { score, band } = evaluateAdditive(model, row);
    const edge = model.cutoff + ((above ? band : -band) >> BAND_BITS);
    let x = row[slot]! + (edge - score) / w;
    // The band itself moves with x: a few whole steps finish the search.
    const away = w > 0n === above ? 1n : -1n;
    for (let i = 0; i < 64 && x >= 0n && x <= maxEncoded && !outside(x); i++) x += away;
    while (x - away >= 0n && x - away <= maxEncoded && outside(x) && outside(x - away)) x -= away;
    if (x >= 0n && x <= maxEncoded && outside(x)) return row.with(slot, x);
  }
  return undefined;
}

for (const name of NAMES) {
  test(`${name}: rows just outside the band, on both sides, agree`, async () => {
    const { bytes, options, schema } = loadModel(name);
    const model = lowerAdditive(bytes, options);
    const rows = randomRows(schema, 400, 2).flatMap((row) => [
      atBandEdge(model, schema, row, true),
      atBandEdge(model, schema, row, false),
    ]);
    const found = rows.filter((row) => row !== undefined);
    assert.ok(found.length >= 100, `only ${found.length} rows reach the band's edge`);
    const report = await agreementReport(bytes, options, found);
    assert.equal(report.inBandShare, 0);
    assert.equal(report.disagreementsOutsideBand, 0);
    assert.equal(report.labelDisagreements, 0);
    assert.ok(report.worstErrorToBand < 1);
  });
}

test('rows on either side of each threshold agree', async () => {
  const { bytes, options, schema } = loadModel('retail-binned');
  const model = lowerAdditive(bytes, options);
  const rows = model.steps
    .filter(({ u, slot }) => u !== 0n && schema.bySlot.get(slot)!.kind !== 'code')
    .flatMap(({ slot, threshold }) =>
      randomRows(schema, 50, slot).flatMap((row) => [row.with(slot, threshold), row.with(slot, threshold - 1n)]),
    );
  assert.equal(rows.length, 300);
  const report = await agreementReport(bytes, options, rows);
  assert.equal(report.disagreementsOutsideBand, 0);
  assert.ok(report.worstErrorToBand < 1, 'a step that flips elsewhere would leave the band');
});

test('only retail-binned has thresholds, and none of its steps could lie one further', async () => {
  const { bytes, options, schema } = loadModel('retail-binned');
  const model = lowerAdditive(bytes, options);
  const float = await FloatModel.open(bytes, options);
  const thresholds = model.steps.filter(({ u, slot }) => u !== 0n && schema.bySlot.get(slot)!.kind !== 'code');
  assert.equal(thresholds.length, 3);
  for (const { slot, threshold } of thresholds) {
    const [row] = randomRows(schema, 1, 3);
    const scores = (
      await float.decide([threshold - 2n, threshold - 1n, threshold, threshold + 1n].map((x) => row!.with(slot, x)))
    ).map(({ score }) => score);
    assert.equal(scores[0], scores[1]);
    assert.notEqual(scores[1], scores[2]);
    assert.equal(scores[2], scores[3]);
  }
  await float.close();
});

test('the bound holds for random graphs, cancellation and wide ranges included', async () => {
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
      { slot: 2, name: 'c', kind: 'count', min: '0', max: '100', protected: false, attestedBy: 'self' },
    ],
  });
  const names = ['a', 'b', 'c'];
  const number = fc
    .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -9, max: 3 }))
    .map(([m, e]) => Math.fround(m * 10 ** e));
  const three = fc.tuple(number, number, number);
  await fc.assert(
    fc.asyncProperty(
      three,
      three,
      three,
      three,
      number,
      fc.nat(1000),
      async (mean, divisor, first, second, bias, seed) => {
        const bytes = buildModel({
          inputs: [['x', ELEMENT.FLOAT, 3]],
          constants: [
            floats('mean', [3], mean),
            floats(
              'divisor',
              [3],
              divisor.map((d) => d || 1),
            ),
            // The second class nearly repeats the first: what is left after the difference is small.
            floats(
              'w',
              [3, 2],
              first.flatMap((w, i) => [w, Math.fround(w * (1 + second[i]! * 1e-9))]),
            ),
            floats('b', [2], [bias, bias]),
          ],
          nodes: [
            ['Sub', ['x', 'mean'], ['centred']],
            ['Div', ['centred', 'divisor'], ['scaled']],
            ['MatMul', ['scaled', 'w'], ['product']],
            ['Add', ['product', 'b'], ['scores']],
            ['Softmax', ['scores'], ['p'], { axis: -1n }],
          ],
          outputs: ['p'],
        });
        const report = await agreementReport(
          bytes,
          { schema, approveLabel: '1', cutoff: { probability: '0.3' }, inputs: names },
          randomRows(schema, 50, seed),
        );
        assert.ok(report.worstErrorToBand <= 1, `error reaches ${report.worstErrorToBand} of the band`);
        assert.equal(report.disagreementsOutsideBand, 0);
      },
    ),
    { numRuns: 60 },
  );
});

test('the bound holds for every order of summation, fused or not', () => {
  const { bytes, options, schema } = loadModel('retail-torch');
  const { model, graph } = lowerGraph(bytes, options);
  const constant = (name: string) => graph.constants.get(name)!.values;
  const [mean, std, weights, bias] = [
    constant('mean'),
    constant('std'),
    constant('linear.weight'),
    constant('linear.bias')[0]!,
  ];
  const columns = options.inputs!.map((name) => schema.byName.get(name)!);
  const below = generator(11);
  const { twos, tens } = model.report.scale;
  for (const x of randomRows(schema, 2000, 12)) {
    const scaled = columns.map((a, i) => {
      const value = toFloat32(ratio(a.minScaled + x[a.slot]!, 10n ** BigInt(a.digits)));
      return Math.fround(Math.fround(value - mean[i]!) / std[i]!);
    });
    // Any binary tree over products and bias; a leaf may be fused into the sum above it.
    const terms: Term[] = [{ sum: bias }, ...scaled.map((value, i) => ({ value, weight: weights[i]! }))];
    while (terms.length > 1) {
      const [a] = terms.splice(Number(below(BigInt(terms.length))), 1);
      const [b] = terms.splice(Number(below(BigInt(terms.length))), 1);
      terms.push({ sum: fused(a!, b!, below(2n) === 0n) });
    }
    const last = terms[0]!;
    const float = exact(fused(last, { sum: 0 }, false));
    const { score, band } = evaluateModel(model, x);
    const unit = (10n ** BigInt(tens)) << BigInt(twos);
    const error = float.num * unit - score * float.den;
    assert.ok((error < 0n ? -error : error) << BAND_BITS <= band * float.den);
  }
});

type Term = { readonly sum: number } | { readonly value: number; readonly weight: number };

/** `a + b` in binary32, a product among them either rounded first or, exact in binary64, fused into the sum. */
function fused(a: Term, b: Term, fuse: boolean): number {
  const product = (term: Term, round: boolean) => {
    if ('sum' in term) return term.sum;
    return round ? Math.fround(term.value * term.weight) : term.value * term.weight;
  };
  // One of two products is fused at most; the sum of a 48-bit product and a float rounds twice here, within the bound all the same.
  return Math.fround(product(a, true) + product(b, !fuse));
}

test('the float run gives labels where the graph has them', async () => {
  const { bytes, options, schema } = loadModel('german-sklearn');
  const rows = randomRows(schema, 200, 5);
  const decisions = await floatDecision(bytes, options, rows);
  assert.deepEqual(new Set(decisions.map(({ label }) => label)), new Set(['0', '1']));
  for (const { label, approve } of decisions) assert.equal(label === '1', approve);
  const torch = loadModel('retail-torch');
  const [unlabelled] = await floatDecision(torch.bytes, torch.options, randomRows(torch.schema, 1, 5));
  assert.equal(unlabelled!.label, undefined);
});
