import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema } from '@assay/schema';
import { ModelError } from './error.ts';
import { buildModel, floats, type GraphSpec } from './graph-fixture.ts';
import { type LoweringOptions, lowerOnnx } from './lower-onnx.ts';
import { evaluateNetwork, type NetworkModel, slotFactor } from './network-model.ts';
import { ELEMENT } from './onnx/tensor.ts';

const schema = parseSchema({
  name: 'networks',
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
    { slot: 4, name: 'late', kind: 'count', min: '0', max: '30', protected: false, attestedBy: 'self' },
    {
      slot: 9,
      name: 'amount',
      kind: 'amount',
      digits: 2,
      min: '0',
      max: '10000000',
      protected: false,
      attestedBy: 'self',
    },
  ],
});
const options: LoweringOptions = { schema, approveLabel: '1', cutoff: { score: '0' }, inputs: ['late', 'amount'] };

type Nodes = GraphSpec['nodes'];

/** late and amount through a layer of two, a layer of two, and an output, all of simple numbers. */
function graph(change: Partial<GraphSpec> = {}): Uint8Array {
  return buildModel({
    inputs: [['x', ELEMENT.FLOAT, 2]],
    constants: [
      floats('w', [2, 2], [1, -2, 0.0009765625, 0.00048828125]),
      floats('b', [2], [-3, 5]),
      floats('v', [2, 2], [1, 0.5, -0.25, 2]),
      floats('c', [2], [1, -1]),
      floats('u', [2, 1], [3, -1]),
      floats('d', [1], [-7]),
    ],
    nodes: LAYERS,
    outputs: ['score'],
    ...change,
  });
}
const LAYERS: Nodes = [
  ['Gemm', ['x', 'w', 'b'], ['p']],
  ['Relu', ['p'], ['h']],
  ['Gemm', ['h', 'v', 'c'], ['q']],
  ['Relu', ['q'], ['g']],
  ['Gemm', ['g', 'u', 'd'], ['score']],
];

function lower(bytes: Uint8Array, changed: Partial<LoweringOptions> = {}): NetworkModel & ReturnType<typeof lowerOnnx> {
  const model = lowerOnnx(bytes, { ...options, ...changed });
  assert.ok(model.family === 'network');
  return model;
}

function refuses(bytes: Uint8Array, code: string, pattern: RegExp, changed: Partial<LoweringOptions> = {}): void {
  assert.throws(
    () => lowerOnnx(bytes, { ...options, ...changed }),
    (error) => error instanceof ModelError && error.code === code && pattern.test(error.message),
  );
}

/** The score in the graph's own units. */
function score(model: NetworkModel & ReturnType<typeof lowerOnnx>, late: bigint, cents: bigint): number {
  const x = new Array<bigint>(32).fill(0n).with(4, late).with(9, cents);
  return Number(evaluateNetwork(model, x).score) / 2 ** model.report.scale.twos;
}

test('two layers lower to what the graph computes', () => {
  const model = lower(graph());
  // h = (17 - 3 + 1, 0), g = (1 + 15, -1 + 7.5)
  assert.ok(Math.abs(score(model, 17n, 102_400n) - (3 * 16 - 6.5 - 7)) < 1e-6);
  // h = (0, 5), g = (0, 9)
  assert.ok(Math.abs(score(model, 0n, 0n) - (0 - 9 - 7)) < 1e-6);
  assert.deepEqual(model.report.size, { family: 'network', neurons: [2, 2] });
  assert.deepEqual(model.report.attributesRead, ['late', 'amount']);
  assert.equal(model.readMask, (1n << 4n) | (1n << 9n));
});

test('one layer lowers too, a sigmoid behind it is cut off, and the sign follows the approving class', () => {
  const nodes: Nodes = [
    ...LAYERS.slice(0, 2),
    ['Gemm', ['h', 'u', 'd'], ['score']],
    ['Sigmoid', ['score'], ['probability']],
  ];
  const bytes = graph({ nodes, outputs: ['probability'] });
  const approving = lower(bytes, { cutoff: { probability: '0.5' } });
  assert.ok(Math.abs(score(approving, 17n, 102_400n) - (3 * 15 - 7)) < 1e-6);
  assert.ok(Math.abs(score(approving, 0n, 0n) - (-5 - 7)) < 1e-6);
  const declining = lower(bytes, { approveLabel: '0', cutoff: { probability: '0.5' } });
  assert.ok(Math.abs(score(declining, 0n, 0n) - 12) < 1e-6);
});

test('norms cover the weights of their slots, with the factor that conformance opens', () => {
  const { first, slotNorms, biasNorm, second } = lower(graph());
  for (const [j, norm] of slotNorms.entries()) {
    for (const { weights } of [first]) {
      for (const row of weights) {
        assert.ok((row[j]! < 0n ? -row[j]! : row[j]!) <= norm);
        if (norm > 0n) assert.equal(row[j]! % slotFactor(norm), 0n);
      }
    }
    assert.equal(norm > 0n, j === 4 || j === 9);
    assert.ok(norm / slotFactor(norm) < 1n << 22n);
  }
  for (const b of first.biases) assert.ok((b < 0n ? -b : b) <= biasNorm);
  assert.deepEqual([first.weights.length, first.weights[0]!.length], [32, 32]);
  assert.deepEqual([second.weights.length, second.weights[0]!.length], [16, 32]);
});

test('attributes beyond the declared ranges are refused before they could leave the circuit', () => {
  const narrow = parseSchema({
    ...schema.document,
    slots: schema.document.slots.map((slot) => (slot.name === 'amount' ? { ...slot, max: '1' } : slot)),
  });
  const model = lower(graph(), { schema: narrow });
  const x = new Array<bigint>(32).fill(0n).with(9, (1n << 40n) - 1n);
  assert.throws(() => evaluateNetwork(model, x), { code: 'out_of_range' });
  evaluateNetwork(model, x.with(9, 100n));
});

test('refuses layers that are too wide or too many, by their numbers', () => {
  const wide = (neurons: number, second: number): Uint8Array =>
    graph({
      constants: [
        floats('w', [2, neurons], new Array(2 * neurons).fill(1)),
        floats('b', [neurons], new Array(neurons).fill(1)),
        floats('v', [neurons, second], new Array(neurons * second).fill(1)),
        floats('c', [second], new Array(second).fill(1)),
        floats('u', [second, 1], new Array(second).fill(1)),
        floats('d', [1], [1]),
      ],
    });
  lower(wide(32, 16));
  refuses(wide(33, 16), 'too_large', /33-16 neurons: 32-16 is the largest/);
  refuses(wide(32, 17), 'too_large', /32-17 neurons/);
  const nodes: Nodes = [
    ...LAYERS.slice(0, 4),
    ['Gemm', ['g', 'v', 'c'], ['r']],
    ['Relu', ['r'], ['f']],
    ['Gemm', ['f', 'u', 'd'], ['score']],
  ];
  refuses(graph({ nodes }), 'too_large', /3 hidden layers: the circuit holds 2/);
});

test('refuses what skips a layer', () => {
  const added: Nodes = [...LAYERS.slice(0, 4), ['Add', ['g', 'h'], ['f']], ['Gemm', ['f', 'u', 'd'], ['score']]];
  refuses(graph({ nodes: added }), 'not_additive', /joins the last hidden layer with what lies before/);
  const inner: Nodes = [
    ...LAYERS.slice(0, 2),
    ['Add', ['h', 'x'], ['k']],
    ['Gemm', ['k', 'v', 'c'], ['q']],
    ...LAYERS.slice(3),
  ];
  refuses(graph({ nodes: inner }), 'not_additive', /Relu .*joins values of different layers/);
});

test('refuses steps before the first layer', () => {
  const nodes: Nodes = [
    ['ai.onnx.ml.Binarizer', ['x'], ['s'], { threshold: 2 }],
    ['Gemm', ['s', 'w', 'b'], ['p']],
    ...LAYERS.slice(1),
  ];
  refuses(graph({ nodes }), 'not_additive', /reads numbers: no categories, thresholds or trees/);
});

test('refuses other activations, by name', () => {
  const nodes = LAYERS.map((node): Nodes[number] => (node[0] === 'Relu' ? ['Tanh', node[1], node[2]] : node));
  refuses(graph({ nodes }), 'unsupported_operator', /^Tanh \(node h\)/);
});

test('refuses a protected attribute by name, with weight zero too', () => {
  const inputs = ['sex', 'amount'];
  refuses(graph(), 'prohibited_attribute', /reads sex, which/, { inputs });
  const constants = [
    floats('w', [2, 2], [0, 0, 1, 1]),
    floats('b', [2], [-3, 5]),
    floats('v', [2, 2], [1, 0.5, -0.25, 2]),
    floats('c', [2], [1, -1]),
    floats('u', [2, 1], [3, -1]),
    floats('d', [1], [-7]),
  ];
  refuses(graph({ constants }), 'prohibited_attribute', /reads sex \(without effect on the score\)/, { inputs });
});

test('refuses a bias that leaves no bits for what it is added to, and names the bits', () => {
  const constants = (c: number) => [
    floats('w', [2, 2], [1, -2, 1, 1]),
    floats('b', [2], [-3, 5]),
    floats('v', [2, 2], [1, 0.5, -0.25, 2]),
    floats('c', [2], [c, -1]),
    floats('u', [2, 1], [3, -1]),
    floats('d', [1], [-7]),
  ];
  lower(graph({ constants: constants(2 ** 34) }));
  refuses(
    graph({ constants: constants(2 ** 80) }),
    'out_of_range',
    /second hidden layer .* it needs \d+ bits, 60 are there/,
  );
});

test('refuses sums that may overflow binary32 behind a layer', () => {
  const constants = [
    floats('w', [2, 2], [1e20, 1, 1, 1e20]),
    floats('b', [2], [-3, 5]),
    floats('v', [2, 2], [1e20, 0.5, -0.25, 2]),
    floats('c', [2], [1, -1]),
    floats('u', [2, 1], [3, -1]),
    floats('d', [1], [-7]),
  ];
  refuses(graph({ constants }), 'overflow', /may overflow binary32/);
});

test('batch normalisation lowers to its affine map, and refuses the batch its own statistics', () => {
  const statistics = [
    floats('s', [2], [2, 3]),
    floats('o', [2], [1, -1]),
    floats('m', [2], [10, 20]),
    floats('r', [2], [4, 0.25]),
  ];
  const normalised = (attributes: Record<string, number | bigint>): Uint8Array =>
    graph({
      constants: [...PLAIN, ...statistics],
      nodes: [
        ['Gemm', ['x', 'w', 'b'], ['p']],
        ['BatchNormalization', ['p', 's', 'o', 'm', 'r'], ['n'], attributes],
        ['Relu', ['n'], ['h']],
        ...LAYERS.slice(2),
      ],
    });
  const model = lower(normalised({ epsilon: 0 }));
  // p = (15, -28.5), n = ((15 - 10) / 2 * 2 + 1, (-28.5 - 20) / 0.5 * 3 - 1), h = (6, 0), g = (7, 2)
  assert.ok(Math.abs(score(model, 17n, 102_400n) - (21 - 2 - 7)) < 1e-3);
  refuses(normalised({ epsilon: 0, training_mode: 1n }), 'unsupported_feature', /^BatchNormalization .*by the batch/);
});

const PLAIN = [
  floats('w', [2, 2], [1, -2, 0.0009765625, 0.00048828125]),
  floats('b', [2], [-3, 5]),
  floats('v', [2, 2], [1, 0.5, -0.25, 2]),
  floats('c', [2], [1, -1]),
  floats('u', [2, 1], [3, -1]),
  floats('d', [1], [-7]),
];
