import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '@assay/schema';
import { bandConstant, evaluateAdditive } from './additive-model.ts';
import { ModelError } from './error.ts';
import { buildModel, floats, type GraphSpec, integers } from './graph-fixture.ts';
import { type LoweringOptions, lowerAdditive, lowerOnnx } from './lower-onnx.ts';
import { GAMMA_MIN } from './lowering/integer-model.ts';
import type { ModelProto } from './onnx/gen/onnx.ts';
import { ELEMENT } from './onnx/tensor.ts';

const schema = parseSchema({
  name: 'test',
  version: '1',
  slots: [
    {
      slot: 0,
      name: 'sex',
      kind: 'code',
      codes: [
        { code: 1, label: 'f' },
        { code: 2, label: 'm' },
      ],
      protected: true,
      attestedBy: 'identity',
    },
    {
      slot: 4,
      name: 'amount',
      kind: 'amount',
      digits: 2,
      min: '-100',
      max: '5000',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 5, name: 'rate', kind: 'ratio', digits: 4, min: '0', max: '2', protected: false, attestedBy: 'financial' },
    {
      slot: 9,
      name: 'home',
      kind: 'code',
      codes: [
        { code: 7, label: 'rent' },
        { code: 2, label: 'own' },
        { code: 5, label: 'none' },
      ],
      protected: false,
      attestedBy: 'self',
    },
    { slot: 10, name: 'late', kind: 'count', min: '0', max: '30', protected: false, attestedBy: 'financial' },
    { slot: 11, name: 'member', kind: 'flag', protected: false, attestedBy: 'self' },
  ],
});
const base: LoweringOptions = { schema, approveLabel: '1', cutoff: { score: '0' } };
const x0 = new Array<bigint>(32).fill(0n).with(9, 2n);

/** `0.5 * amount - 0.25 * rate + 1` behind whatever the test puts before and after. */
const linear: GraphSpec = {
  inputs: [
    ['amount', ELEMENT.FLOAT, 1],
    ['rate', ELEMENT.FLOAT, 1],
  ],
  constants: [floats('w', [2, 1], [0.5, -0.25]), floats('b', [1], [1])],
  nodes: [
    ['Concat', ['amount', 'rate'], ['x'], { axis: 1n }],
    ['Gemm', ['x', 'w', 'b'], ['score']],
  ],
  outputs: ['score'],
};

function refuses(spec: GraphSpec, code: string, pattern: RegExp, options: Partial<LoweringOptions> = {}): void {
  assert.throws(
    () => lowerAdditive(buildModel(spec), { ...base, ...options }),
    (error: unknown) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, pattern);
      return true;
    },
  );
}

/** Score as a number in the graph's own unit. */
function score(spec: GraphSpec, x: readonly bigint[], options: Partial<LoweringOptions> = {}): number {
  const model = lowerAdditive(buildModel(spec), { ...base, ...options });
  const { twos, tens } = model.report.scale;
  return Number(evaluateAdditive(model, x).score) / 2 ** twos / 10 ** tens;
}

test('a linear graph lowers to its own numbers', () => {
  const model = lowerAdditive(buildModel(linear), base);
  assert.equal(model.report.scale.exact, true);
  // amount 1234.56 and rate 0.5
  const x = x0.with(4, 133456n).with(5, 5000n);
  assert.equal(score(linear, x), 0.5 * 1234.56 - 0.25 * 0.5 + 1);
  assert.equal(model.readMask, (1n << 4n) | (1n << 5n));
  assert.equal(model.b0, bandConstant(model));
  assert.ok(model.gammaNum >= GAMMA_MIN);
  assert.equal(GAMMA_MIN, 524289n);
});

test('larger means approve: the other label turns everything round', () => {
  const x = x0.with(4, 133456n);
  assert.equal(score(linear, x, { approveLabel: '0' }), -score(linear, x));
  const model = lowerAdditive(buildModel(linear), { ...base, approveLabel: '0', cutoff: { score: '-1.5' } });
  assert.equal(Number(model.cutoff) / 2 ** model.report.scale.twos / 10 ** model.report.scale.tens, -1.5);
});

test('one-hot codes become steps at the codes, by number or by label', () => {
  const encoded = (
    elementType: number,
    categories: Record<string, readonly bigint[] | readonly string[]>,
  ): GraphSpec => ({
    inputs: [['home', elementType, 1]],
    constants: [floats('w', [3, 1], [10, 20, 40]), integers('shape', [2], [-1, 3])],
    nodes: [
      ['ai.onnx.ml.OneHotEncoder', ['home'], ['hot'], { ...categories, zeros: 1n }],
      ['Reshape', ['hot', 'shape'], ['flat']],
      ['MatMul', ['flat', 'w'], ['score']],
    ],
    outputs: ['score'],
  });
  const byNumber = encoded(ELEMENT.INT64, { cats_int64s: [2n, 5n, 7n] });
  const byLabel = encoded(ELEMENT.STRING, { cats_strings: ['own', 'none', 'rent'] });
  for (const [code, value] of [
    [2n, 10],
    [5n, 20],
    [7n, 40],
  ] as const) {
    assert.equal(score(byNumber, x0.with(9, code)), value);
    assert.equal(score(byLabel, x0.with(9, code)), value);
  }
  assert.equal(lowerAdditive(buildModel(byNumber), base).steps.filter(({ u }) => u !== 0n).length, 2);
  // Unknown to the encoder: all columns 0. Unknown to the schema: a column that is never 1.
  const partial = encoded(ELEMENT.INT64, { cats_int64s: [2n, 6n, 7n] });
  assert.deepEqual(
    [2n, 5n, 7n].map((code) => score(partial, x0.with(9, code))),
    [10, 0, 40],
  );
});

test('an encoder that fails on a listed code is refused', () => {
  const spec: GraphSpec = {
    inputs: [['home', ELEMENT.INT64, 1]],
    nodes: [['ai.onnx.ml.OneHotEncoder', ['home'], ['hot'], { cats_int64s: [2n, 5n], zeros: 0n }]],
    outputs: ['hot'],
  };
  refuses(spec, 'unsupported_feature', /home.*does not know/);
});

test('thresholds become the encoded integer at which the float comparison flips', () => {
  for (const [threshold, operator] of [
    [0.1, 'Greater'],
    [0.1, 'GreaterOrEqual'],
    [0.3, 'Less'],
    [1.25, 'LessOrEqual'],
    [-1, 'Greater'],
    [9, 'Less'],
  ] as const) {
    const spec: GraphSpec = {
      inputs: [['rate', ELEMENT.FLOAT, 1]],
      constants: [floats('t', [1], [threshold])],
      nodes: [
        [operator, ['rate', 't'], ['over']],
        ['Cast', ['over'], ['score'], { to: BigInt(ELEMENT.FLOAT) }],
      ],
      outputs: ['score'],
    };
    const t = Math.fround(threshold);
    const holds = {
      Greater: (v: number) => v > t,
      GreaterOrEqual: (v: number) => v >= t,
      Less: (v: number) => v < t,
      LessOrEqual: (v: number) => v <= t,
    }[operator];
    const model = lowerAdditive(buildModel(spec), { ...base, cutoff: { score: '0.5' } });
    for (let x = 0n; x <= 20000n; x += 1n) {
      assert.equal(
        evaluateAdditive(model, x0.with(5, x)).approve,
        holds(Math.fround(Number(x) / 10000)),
        `${operator} ${threshold} at ${x}`,
      );
    }
  }
});

test('a threshold behind a falling map flips where the float values say', () => {
  const spec: GraphSpec = {
    inputs: [['amount', ELEMENT.FLOAT, 1]],
    constants: [floats('m', [1], [1.1]), floats('d', [1], [-3])],
    nodes: [
      ['Sub', ['amount', 'm'], ['centred']],
      ['Div', ['centred', 'd'], ['scaled']],
      ['ai.onnx.ml.Binarizer', ['scaled'], ['score'], { threshold: -7.3 }],
    ],
    outputs: ['score'],
  };
  const model = lowerAdditive(buildModel(spec), { ...base, cutoff: { score: '0.5' } });
  const { threshold } = model.steps.find(({ u }) => u !== 0n)!;
  for (let x = threshold - 300n; x < threshold + 300n; x++) {
    const value = Math.fround(Math.fround(Math.fround(Number(x - 10000n) / 100) - Math.fround(1.1)) / -3);
    assert.equal(evaluateAdditive(model, x0.with(4, x)).approve, value > Math.fround(-7.3));
  }
});

test('a threshold on several attributes is refused', () => {
  const spec: GraphSpec = {
    ...linear,
    nodes: [...linear.nodes, ['ai.onnx.ml.Binarizer', ['score'], ['y'], { threshold: 0 }]],
    outputs: ['y'],
  };
  refuses(spec, 'not_additive', /ai\.onnx\.ml\.Binarizer \(node y\): .*several attributes/);
});

test('operators without a lowering are refused by name', () => {
  for (const operator of ['Tanh', 'Exp', 'ai.onnx.ml.SVMClassifier', 'If']) {
    refuses(
      { ...linear, nodes: [...linear.nodes, [operator, ['score'], ['y']]], outputs: ['y'] },
      'unsupported_operator',
      new RegExp(`^${operator} \\(node y\\)`),
    );
  }
});

test('arithmetic that is not additive is refused', () => {
  const after = (operator: string, inputs: readonly string[]): GraphSpec => ({
    ...linear,
    nodes: [...linear.nodes, [operator, inputs, ['y']]],
    outputs: ['y'],
  });
  refuses(after('Mul', ['score', 'amount']), 'not_additive', /multiplies two/);
  refuses(after('Div', ['score', 'amount']), 'not_additive', /divides by/);
  refuses(after('ai.onnx.ml.Normalizer', ['score']), 'not_additive', /only behind a classifier/);
  refuses(
    { ...after('Div', ['score', 'zero']), constants: [...linear.constants!, floats('zero', [1], [0])] },
    'malformed',
    /divides by zero/,
  );
});

test('computing with probabilities is refused, passing them on is not', () => {
  const sigmoid = [...linear.nodes, ['Sigmoid', ['score'], ['p']] as const];
  refuses(
    { ...linear, nodes: [...sigmoid, ['Mul', ['p', 'w'], ['y']]], outputs: ['y'] },
    'unsupported_feature',
    /Mul .*post-transform/,
  );
  const squeezed: GraphSpec = {
    ...linear,
    constants: [...linear.constants!, integers('axis', [1], [1])],
    nodes: [...sigmoid, ['Squeeze', ['p', 'axis'], ['y']]],
    outputs: ['y'],
  };
  assert.equal(lowerAdditive(buildModel(squeezed), base).report.link, 'logistic');
  const byOne: GraphSpec = { ...linear, nodes: [...sigmoid, ['Mul', ['p', 'b'], ['y']]], outputs: ['y'] };
  assert.equal(lowerAdditive(buildModel(byOne), base).report.link, 'logistic');
});

test('a probability cutoff needs a graph that gives probabilities', () => {
  refuses(linear, 'bad_cutoff', /state the cutoff as a score/, { cutoff: { probability: '0.5' } });
  refuses(linear, 'bad_cutoff', /no class "good"/, { approveLabel: 'good' });
  refuses(linear, 'bad_cutoff', /decimal/, { cutoff: { score: '1e3' } });
});

test('protected attributes are refused by name, also under a zero weight, and not when unused', () => {
  const reading: GraphSpec = {
    inputs: [
      ['amount', ELEMENT.FLOAT, 1],
      ['sex', ELEMENT.FLOAT, 1],
    ],
    constants: [floats('w', [2, 1], [0.5, 0])],
    nodes: [
      ['Concat', ['amount', 'sex'], ['x'], { axis: 1n }],
      ['MatMul', ['x', 'w'], ['score']],
    ],
    outputs: ['score'],
  };
  refuses(reading, 'prohibited_attribute', /reads sex/);
  assert.equal(lowerAdditive(buildModel(reading), { ...base, prohibitedMask: 0n }).readMask, 0b10001n);
  const picking: GraphSpec = {
    ...reading,
    constants: [floats('w', [1, 1], [0.5]), integers('columns', [1], [0])],
    nodes: [
      ['Concat', ['amount', 'sex'], ['both'], { axis: 1n }],
      ['ai.onnx.ml.ArrayFeatureExtractor', ['both', 'columns'], ['x']],
      ['MatMul', ['x', 'w'], ['score']],
    ],
  };
  assert.deepEqual(lowerAdditive(buildModel(picking), base).report.attributesIgnored, ['sex']);
});

test('inputs must be attributes, one for each column', () => {
  refuses(
    {
      ...linear,
      inputs: [
        ['amount', ELEMENT.FLOAT, 1],
        ['tempo', ELEMENT.FLOAT, 1],
      ],
    },
    'unknown_input',
    /no attribute tempo/,
  );
  refuses(linear, 'unknown_input', /has 2 columns, not 3/, { inputs: ['amount', 'rate', 'late'] });
  refuses(linear, 'unknown_input', /fills two columns/, { inputs: ['amount', 'amount'] });
  refuses(
    {
      ...linear,
      inputs: [
        ['amount', ELEMENT.INT64, 1],
        ['rate', ELEMENT.FLOAT, 1],
      ],
    },
    'unknown_input',
    /amount has decimals/,
  );
  refuses(
    {
      ...linear,
      inputs: [
        ['amount', ELEMENT.DOUBLE, 1],
        ['rate', ELEMENT.FLOAT, 1],
      ],
    },
    'unsupported_feature',
    /element type 11/,
  );
});

test('more than 32 steps are refused beside a weight, and become trees without one', () => {
  const spec: GraphSpec = {
    inputs: [
      ['late', ELEMENT.FLOAT, 1],
      ['home', ELEMENT.FLOAT, 1],
    ],
    constants: [
      floats(
        'w',
        [34, 1],
        Array.from({ length: 34 }, (_, i) => i * i + 1),
      ),
    ],
    nodes: [
      ['Cast', ['late'], ['lateInt'], { to: BigInt(ELEMENT.INT64) }],
      [
        'ai.onnx.ml.OneHotEncoder',
        ['lateInt'],
        ['lateHot'],
        { cats_int64s: Array.from({ length: 31 }, (_, i) => BigInt(i)), zeros: 1n },
      ],
      ['Flatten', ['lateHot'], ['a'], { axis: 1n }],
      ['Cast', ['home'], ['homeInt'], { to: BigInt(ELEMENT.INT64) }],
      ['ai.onnx.ml.OneHotEncoder', ['homeInt'], ['homeHot'], { cats_int64s: [2n, 5n, 7n], zeros: 1n }],
      ['Flatten', ['homeHot'], ['b'], { axis: 1n }],
      ['Concat', ['a', 'b'], ['x'], { axis: 1n }],
      ['MatMul', ['x', 'w'], ['score']],
    ],
    outputs: ['score'],
  };
  assert.equal(lowerAdditive(buildModel(spec), base).steps.filter(({ u }) => u !== 0n).length, 32);
  const more: GraphSpec = {
    ...spec,
    inputs: [...spec.inputs, ['member', ELEMENT.FLOAT, 1]],
    constants: [
      floats(
        'w',
        [35, 1],
        Array.from({ length: 35 }, (_, i) => i * i + 1),
      ),
    ],
    nodes: [
      ...spec.nodes.slice(0, 6),
      ['ai.onnx.ml.Binarizer', ['member'], ['c'], { threshold: 0.5 }],
      ['Concat', ['a', 'b', 'c'], ['x'], { axis: 1n }],
      spec.nodes[7]!,
    ],
  };
  const trees = lowerOnnx(buildModel(more), base);
  assert.ok(trees.family === 'trees');
  assert.deepEqual(trees.report.size, {
    family: 'trees',
    shape: { trees: 100, depth: 6 },
    trees: 3,
    nodes: 33,
    constantTrees: 0,
  });
  const weighed: GraphSpec = {
    ...more,
    inputs: [...more.inputs, ['rate', ELEMENT.FLOAT, 1]],
    nodes: [...more.nodes, ['Add', ['score', 'rate'], ['y']]],
    outputs: ['y'],
  };
  refuses(weighed, 'not_additive', /needs 33 step terms/);
});

test('possible overflow of binary32 within the declared ranges is refused', () => {
  const huge = (w: number): GraphSpec => ({
    ...linear,
    constants: [floats('w', [2, 1], [w, 1]), floats('b', [1], [1])],
  });
  refuses(huge(1e36), 'overflow', /Gemm .*overflow/);
  assert.ok(lowerAdditive(buildModel(huge(1e33)), base).weights[4]! > 0n);
});

test('a classifier must decide between two classes that mirror one another', () => {
  const classifier = (
    coefficients: readonly number[],
    labels: readonly bigint[],
    transform = 'LOGISTIC',
  ): GraphSpec => ({
    inputs: linear.inputs,
    nodes: [
      ['Concat', ['amount', 'rate'], ['x'], { axis: 1n }],
      [
        'ai.onnx.ml.LinearClassifier',
        ['x'],
        ['label', 'scores'],
        { coefficients, intercepts: [-1, 1], classlabels_ints: labels, post_transform: transform },
      ],
      ['ai.onnx.ml.Normalizer', ['scores'], ['p'], { norm: 'L1' }],
      ['ai.onnx.ml.ZipMap', ['p'], ['map'], { classlabels_int64s: labels }],
    ],
    outputs: ['label', 'map'],
  });
  const x = x0.with(4, 10300n).with(5, 10000n);
  assert.equal(score(classifier([-0.5, 2, 0.5, -2], [0n, 1n]), x), 0.5 * 3 - 2 + 1);
  assert.equal(score(classifier([-0.5, 2, 0.5, -2], [0n, 1n]), x, { approveLabel: '0' }), -0.5 * 3 + 2 - 1);
  assert.equal(score(classifier([-0.5, 2, 0.5, -3], [0n, 1n], 'SOFTMAX'), x), 3 - 5 + 2);
  refuses(classifier([-0.5, 2, 0.5, -3], [0n, 1n]), 'not_additive', /LinearClassifier.*not negatives/);
  refuses(classifier([0.5, 2], [0n, 1n]), 'not_additive', /two classes/);
  refuses(classifier([1, 2, 3, 4, 5, 6], [0n, 1n, 2n]), 'not_additive', /two classes/);
  refuses(classifier([-0.5, 2, 0.5, -2], [0n, 1n], 'PROBIT'), 'unsupported_feature', /PROBIT/);
});

test('what no lowering can follow is refused when the file is read', () => {
  const changed = (change: (model: ModelProto) => ModelProto) => () => lowerAdditive(buildModel(linear, change), base);
  const graph = (model: ModelProto) => model.graph!;
  assert.throws(() => lowerAdditive(new Uint8Array([255, 255, 255]), base), { code: 'malformed' });
  assert.throws(() => lowerAdditive(new Uint8Array(), base), { code: 'malformed' });
  assert.throws(
    changed((m) => ({ ...m, functions: [{ name: 'mine' }] })),
    /model-local function mine/,
  );
  assert.throws(
    changed((m) => ({
      ...m,
      graph: { ...graph(m), initializer: graph(m).initializer.map((t) => ({ ...t, dataLocation: 1 })) },
    })),
    /w keeps its data outside/,
  );
  assert.throws(
    changed((m) => ({
      ...m,
      graph: { ...graph(m), node: graph(m).node.map((n) => ({ ...n, domain: 'com.example' })) },
    })),
    /com\.example/,
  );
  assert.throws(
    changed((m) => ({
      ...m,
      graph: {
        ...graph(m),
        node: graph(m).node.map((n) => ({ ...n, attribute: n.attribute.map((a) => ({ ...a, g: graph(m) })) })),
      },
    })),
    /control flow/,
  );
  assert.throws(
    changed((m) => ({
      ...m,
      graph: { ...graph(m), initializer: graph(m).initializer.map((t) => ({ ...t, dims: [7n] })) },
    })),
    /another number of elements/,
  );
});
