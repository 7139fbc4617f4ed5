import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '@assay/schema';
import { ensembleAttributes } from './ensemble-fixture.ts';
import { ModelError } from './error.ts';
import { agreementReport } from './float/agreement-report.ts';
import { buildModel, floats, type GraphSpec, integers } from './graph-fixture.ts';
import { type LoweringOptions, lowerOnnx } from './lower-onnx.ts';
import { evaluateModel } from './model.ts';
import { ELEMENT } from './onnx/tensor.ts';

const schema = parseSchema({
  name: 'steps',
  version: '1',
  slots: [
    { slot: 4, name: 'amount', kind: 'amount', digits: 2, min: '0', max: '500', protected: false, attestedBy: 'self' },
    { slot: 5, name: 'late', kind: 'count', min: '0', max: '30', protected: false, attestedBy: 'self' },
    {
      slot: 9,
      name: 'home',
      kind: 'code',
      codes: [
        { code: 2, label: 'own' },
        { code: 5, label: 'none' },
        { code: 7, label: 'rent' },
      ],
      protected: false,
      attestedBy: 'self',
    },
  ],
});
const options: LoweringOptions = { schema, approveLabel: '1', cutoff: { score: '0.5' } };
const base = new Array<bigint>(32).fill(0n).with(9, 2n);

/** The graph's exact score in its own unit, once onnxruntime has been found to agree on the row. */
async function score(spec: GraphSpec, x: readonly bigint[]): Promise<number> {
  const bytes = buildModel(spec);
  const model = lowerOnnx(bytes, options);
  const report = await agreementReport(bytes, options, [x]);
  assert.ok(report.worstErrorToBand <= 1, 'onnxruntime gives another score');
  const { twos, tens } = model.report.scale;
  return Number(evaluateModel(model, x).score) / 2 ** twos / 10 ** tens;
}

function refuses(spec: GraphSpec, code: string, pattern: RegExp): void {
  assert.throws(
    () => lowerOnnx(buildModel(spec), options),
    (error: unknown) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, pattern);
      return true;
    },
  );
}

test('ordinal codes, labels and weights of evidence come of one encoder', async () => {
  const encoded = (elementType: number, attributes: NonNullable<GraphSpec['nodes'][number][3]>): GraphSpec => ({
    inputs: [['home', elementType, 1]],
    nodes: [
      ['ai.onnx.ml.LabelEncoder', ['home'], ['code'], attributes],
      ['Cast', ['code'], ['score'], { to: BigInt(ELEMENT.FLOAT) }],
    ],
    outputs: ['score'],
  });
  const ordinal = encoded(ELEMENT.STRING, { keys_strings: ['none', 'own', 'rent'], values_int64s: [0n, 1n, 2n] });
  const evidence = encoded(ELEMENT.INT64, { keys_int64s: [2n, 7n], values_floats: [0.25, -1.5], default_float: 8 });
  for (const [code, position, weight] of [
    [2n, 1, 0.25],
    [5n, 0, 8],
    [7n, 2, -1.5],
  ] as const) {
    assert.equal(await score(ordinal, base.with(9, code)), position);
    assert.equal(await score(evidence, base.with(9, code)), weight);
  }
  refuses(encoded(ELEMENT.INT64, { keys_int64s: [2n], values_strings: ['a'] }), 'unsupported_feature', /not a number/);
  refuses(encoded(ELEMENT.INT64, { keys_int64s: [2n, 2n], values_int64s: [1n, 2n] }), 'malformed', /key twice/);
});

test('bins by comparisons that select one inside the other become steps', async () => {
  const spec: GraphSpec = {
    inputs: [['amount', ELEMENT.FLOAT, 1]],
    constants: [
      floats('low', [1], [10.1]),
      floats('high', [1], [99.95]),
      floats('w0', [1], [-0.5]),
      floats('w1', [1], [0.25]),
      floats('w2', [1], [1]),
    ],
    nodes: [
      ['Less', ['amount', 'low'], ['small']],
      ['LessOrEqual', ['amount', 'high'], ['middle']],
      ['Where', ['middle', 'w1', 'w2'], ['upper']],
      ['Where', ['small', 'w0', 'upper'], ['score']],
    ],
    outputs: ['score'],
  };
  const cents = [0n, 1009n, 1010n, 1011n, 9995n, 9996n, 50_000n];
  const found = [];
  for (const amount of cents) found.push(await score(spec, base.with(4, amount)));
  assert.deepEqual(found, [-0.5, -0.5, 0.25, 0.25, 0.25, 1, 1]);
  refuses(
    {
      ...spec,
      inputs: [...spec.inputs, ['late', ELEMENT.FLOAT, 1]],
      nodes: [spec.nodes[0]!, ['Where', ['small', 'late', 'w2'], ['score']]],
    },
    'not_additive',
    /Where .*not steps of one attribute/,
  );
});

test('truth values of one attribute combine', async () => {
  const spec = (operator: string): GraphSpec => ({
    inputs: [['late', ELEMENT.FLOAT, 1]],
    constants: [floats('two', [1], [2]), floats('five', [1], [5])],
    nodes: [
      ['Greater', ['late', 'two'], ['over']],
      ['Equal', ['late', 'five'], ['five times']],
      [operator, ['over', 'five times'], ['joined']],
      ['Not', ['joined'], ['negated']],
      ['Cast', ['negated'], ['score'], { to: BigInt(ELEMENT.FLOAT) }],
    ],
    outputs: ['score'],
  });
  for (const late of [0n, 2n, 3n, 4n, 5n, 6n, 30n]) {
    const [over, five] = [late > 2n, late === 5n];
    assert.equal(await score(spec('And'), base.with(5, late)), Number(!(over && five)));
    assert.equal(await score(spec('Or'), base.with(5, late)), Number(!(over || five)));
    assert.equal(await score(spec('Xor'), base.with(5, late)), Number(over === five));
  }
});

test('the first of the largest columns is found as KBinsDiscretizer finds a bin', async () => {
  const spec: GraphSpec = {
    inputs: [['late', ELEMENT.FLOAT, 1]],
    constants: [floats('edges', [3], [3, 3, 9]), floats('zero', [1], [0]), floats('one', [1], [1])],
    nodes: [
      ['Less', ['late', 'edges'], ['below']],
      ['Cast', ['below'], ['flags'], { to: BigInt(ELEMENT.FLOAT) }],
      ['Mul', ['late', 'zero'], ['nothing']],
      ['Add', ['nothing', 'one'], ['last']],
      ['Concat', ['flags', 'last'], ['columns'], { axis: 1n }],
      ['ArgMax', ['columns'], ['bin'], { axis: 1n }],
      ['Cast', ['bin'], ['score'], { to: BigInt(ELEMENT.FLOAT) }],
    ],
    outputs: ['score'],
  };
  const bins = [];
  for (const late of [0n, 2n, 3n, 8n, 9n, 30n]) bins.push(await score(spec, base.with(5, late)));
  assert.deepEqual(bins, [0, 0, 2, 2, 3, 3]);
});

test('an imputer of NaN changes nothing, one of a number changes what takes it', async () => {
  const spec = (input: string, attributes: NonNullable<GraphSpec['nodes'][number][3]>): GraphSpec => ({
    inputs: [[input, ELEMENT.FLOAT, 1]],
    nodes: [['ai.onnx.ml.Imputer', [input], ['score'], attributes]],
    outputs: ['score'],
  });
  const ofNothing = spec('late', { imputed_value_floats: [7], replaced_value_float: Number.NaN });
  const ofZero = spec('late', { imputed_value_floats: [7.5], replaced_value_float: 0 });
  for (const late of [0n, 1n, 30n]) {
    assert.equal(await score(ofNothing, base.with(5, late)), Number(late));
    assert.equal(await score(ofZero, base.with(5, late)), late === 0n ? 7.5 : Number(late));
  }
  const rounded = spec('amount', { imputed_value_floats: [7.5], replaced_value_float: Math.fround(0.1) });
  refuses(rounded, 'unsupported_feature', /several inputs round to/);
});

test('clipping outside the declared range changes nothing, inside it is refused by name', async () => {
  const spec = (high: number): GraphSpec => ({
    inputs: [['late', ELEMENT.FLOAT, 1]],
    constants: [floats('low', [], [0]), floats('high', [], [high])],
    nodes: [['Clip', ['late', 'low', 'high'], ['score']]],
    outputs: ['score'],
  });
  assert.equal(await score(spec(30), base.with(5, 30n)), 30);
  refuses(spec(29), 'not_additive', /cuts off late within its declared range/);
});

test('a tree that tests a one-hot column tests the code', async () => {
  const home = { column: 1, mode: 'BRANCH_LEQ', value: 0.5, whenTrue: 1, whenFalse: 4 } as const;
  const trees = [
    { column: 2, mode: 'BRANCH_LEQ', value: 0.5, whenTrue: home, whenFalse: 8 },
    { column: 3, mode: 'BRANCH_GT', value: 3, whenTrue: 0.5, whenFalse: 0.25 },
  ] as const;
  const spec: GraphSpec = {
    inputs: [
      ['home', ELEMENT.INT64, 1],
      ['late', ELEMENT.FLOAT, 1],
    ],
    constants: [integers('shape', [2], [-1, 3])],
    nodes: [
      ['ai.onnx.ml.OneHotEncoder', ['home'], ['hot'], { cats_int64s: [2n, 5n, 7n], zeros: 1n }],
      ['Reshape', ['hot', 'shape'], ['flat']],
      ['Concat', ['flat', 'late'], ['x'], { axis: 1n }],
      ['ai.onnx.ml.TreeEnsembleRegressor', ['x'], ['score'], { ...ensembleAttributes(trees, 'target'), n_targets: 1n }],
    ],
    outputs: ['score'],
  };
  for (const [code, leaf] of [
    [2n, 1],
    [5n, 4],
    [7n, 8],
  ] as const) {
    assert.equal(await score(spec, base.with(9, code).with(5, 3n)), leaf + 0.25);
    assert.equal(await score(spec, base.with(9, code).with(5, 4n)), leaf + 0.5);
  }
  const { size } = lowerOnnx(buildModel(spec), options).report;
  assert.ok(size.family === 'trees');
  assert.equal(size.nodes, 3);
});

test('categories tested one by one on the way to the same branch take a test a gap between them', async () => {
  // Nodes 0 and 2 both lead to leaf 1: what LightGBM writes for a set of categories.
  const shared = {
    nodes_treeids: [0n, 0n, 0n, 0n, 1n, 1n, 1n],
    nodes_nodeids: [0n, 1n, 2n, 3n, 0n, 1n, 2n],
    nodes_featureids: [0n, 0n, 0n, 0n, 1n, 0n, 0n],
    nodes_modes: ['BRANCH_EQ', 'LEAF', 'BRANCH_EQ', 'LEAF', 'BRANCH_LT', 'LEAF', 'LEAF'],
    nodes_values: [2, 0, 7, 0, 3, 0, 0],
    nodes_truenodeids: [1n, 0n, 1n, 0n, 1n, 0n, 0n],
    nodes_falsenodeids: [2n, 0n, 3n, 0n, 2n, 0n, 0n],
    target_treeids: [0n, 0n, 1n, 1n],
    target_nodeids: [1n, 3n, 1n, 2n],
    target_ids: [0n, 0n, 0n, 0n],
    target_weights: [1, -1, 0.5, 0.25],
    n_targets: 1n,
  };
  const spec: GraphSpec = {
    inputs: [
      ['home', ELEMENT.FLOAT, 1],
      ['late', ELEMENT.FLOAT, 1],
    ],
    nodes: [
      ['Concat', ['home', 'late'], ['x'], { axis: 1n }],
      ['ai.onnx.ml.TreeEnsembleRegressor', ['x'], ['score'], shared],
    ],
    outputs: ['score'],
  };
  const scores = [];
  for (const code of [2n, 5n, 7n]) scores.push(await score(spec, base.with(9, code)));
  assert.deepEqual(scores, [1.5, -0.5, 1.5]);
  const { size } = lowerOnnx(buildModel(spec), options).report;
  assert.ok(size.family === 'trees');
  assert.equal(size.nodes, 3);
});
