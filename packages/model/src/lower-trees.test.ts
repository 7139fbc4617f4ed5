import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema, type Schema } from '@assay/schema';
import fc from 'fast-check';
import {
  classifier,
  ensembleV5,
  type FixtureNodeV5,
  type FixtureTree,
  MODES,
  reach,
  regressor,
} from './ensemble-fixture.ts';
import { ModelError } from './error.ts';
import { agreementReport } from './float/agreement-report.ts';
import { toFloat32 } from './float32.ts';
import { type LoweredModel, type LoweringOptions, lowerOnnx } from './lower-onnx.ts';
import { evaluateModel } from './model.ts';
import { exact, ratio } from './rational.ts';
import { evaluateTrees, type TreeModel, treeGammaMin } from './tree-model.ts';

const schema: Schema = parseSchema({
  name: 'trees',
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
      slot: 3,
      name: 'amount',
      kind: 'amount',
      digits: 2,
      min: '-100',
      max: '900',
      protected: false,
      attestedBy: 'self',
    },
    { slot: 5, name: 'late', kind: 'count', min: '0', max: '30', protected: false, attestedBy: 'self' },
    { slot: 6, name: 'rate', kind: 'ratio', digits: 3, min: '0', max: '2', protected: false, attestedBy: 'self' },
  ],
});
const NAMES = ['amount', 'late', 'rate'];
const COLUMNS = NAMES.map((name) => schema.byName.get(name)!);
const options: LoweringOptions = { schema, approveLabel: '1', cutoff: { score: '0' }, inputs: NAMES };

function lower(bytes: Uint8Array, changed: Partial<LoweringOptions> = {}): TreeModel & LoweredModel {
  const model = lowerOnnx(bytes, { ...options, ...changed });
  assert.ok(model.family === 'trees');
  return model;
}

function refuses(bytes: Uint8Array, code: string, pattern: RegExp, changed: Partial<LoweringOptions> = {}): void {
  assert.throws(
    () => lowerOnnx(bytes, { ...options, ...changed }),
    (error: unknown) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, pattern);
      return true;
    },
  );
}

/** What the graph is given for an applicant. */
function columnsOf(x: readonly bigint[]): number[] {
  return COLUMNS.map(({ slot, digits, minScaled }) => toFloat32(ratio(minScaled + x[slot]!, 10n ** BigInt(digits))));
}

function applicant(amount: bigint, late: bigint, rate: bigint): bigint[] {
  return new Array<bigint>(32).fill(0n).with(0, 1n).with(3, amount).with(5, late).with(6, rate);
}

/** Values in a column, most of them ones that an attribute takes, as thresholds of exporters are. */
const threshold = (column: number): fc.Arbitrary<number> => {
  const { digits, minScaled, maxEncoded } = COLUMNS[column]!;
  const value = (x: bigint) => toFloat32(ratio(minScaled + x, 10n ** BigInt(digits)));
  return fc.oneof(
    { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: maxEncoded }).map(value) },
    { weight: 1, arbitrary: fc.double({ min: -150, max: 950, noNaN: true }).map(Math.fround) },
  );
};
/** Of 23 binary digits over a common power of two, so that the factor is exact. */
const leaf = fc.integer({ min: -(2 ** 23), max: 2 ** 23 }).map((value) => value / 2 ** 21);

function tree(depth: number): fc.Arbitrary<FixtureTree> {
  if (depth === 0) return leaf;
  return fc.nat(COLUMNS.length - 1).chain((column) =>
    fc.record({
      column: fc.constant(column),
      mode: fc.constantFrom(...MODES.slice(0, 4)),
      value: threshold(column),
      whenTrue: fc.oneof({ weight: 3, arbitrary: tree(depth - 1) }, { weight: 1, arbitrary: leaf }),
      whenFalse: fc.oneof({ weight: 3, arbitrary: tree(depth - 1) }, { weight: 1, arbitrary: leaf }),
    }),
  );
}

const anyApplicant = fc
  .tuple(fc.bigInt({ min: 0n, max: 100_000n }), fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: 2000n }))
  .map(([amount, late, rate]) => applicant(amount, late, rate));

/** Applicants next to every threshold of a model, one attribute at a time. */
function besideThresholds(model: LoweredModel, base: readonly bigint[]): bigint[][] {
  // One tree on one attribute becomes steps.
  assert.ok(model.family !== 'network');
  const tests = model.family === 'trees' ? model.trees.flatMap(({ nodes }) => nodes) : model.steps;
  return tests.flatMap(({ slot, threshold: at }) =>
    [at - 1n, at, at + 1n]
      .filter((x) => x >= 0n && x <= (schema.bySlot.get(slot)?.maxEncoded ?? 0n))
      .map((x) => base.with(slot, x)),
  );
}

/** The exact score of the graph in its own unit, as a fraction, and the model's. */
function assertExact(model: LoweredModel, trees: readonly FixtureTree[], x: readonly bigint[]) {
  const { twos, tens, exact: isExact } = model.report.scale;
  assert.ok(isExact);
  let [num, den] = [0n, 1n];
  for (const one of trees) {
    const visited = exact(reach(one, columnsOf(x)));
    [num, den] = [num * visited.den + visited.num * den, den * visited.den];
  }
  const unit = 10n ** BigInt(tens);
  const { score } = evaluateModel(model, x);
  assert.equal(score * den * (twos < 0 ? 1n << BigInt(-twos) : 1n), num * unit * (twos > 0 ? 1n << BigInt(twos) : 1n));
}

test('the exact score is the sum of the leaves that binary32 comparisons reach, at every threshold too', () => {
  fc.assert(
    fc.property(fc.array(tree(4), { minLength: 1, maxLength: 5 }), anyApplicant, (trees, x) => {
      const bytes = regressor(3, trees);
      const lowered = lowerOnnx(bytes, options);
      for (const row of [x, ...besideThresholds(lowered, x)]) assertExact(lowered, trees, row);
    }),
    { numRuns: 60 },
  );
});

test('outside the band every decision is that of onnxruntime, at every threshold too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tree(4), { minLength: 2, maxLength: 8 }), anyApplicant, async (trees, x) => {
      const bytes = classifier(3, [...trees, -1], 'LOGISTIC', { base_values: [0.25] });
      const changed = { ...options, cutoff: { probability: '0.4' } };
      const model = lowerOnnx(bytes, changed);
      const report = await agreementReport(bytes, changed, [x, ...besideThresholds(model, x)]);
      assert.equal(report.disagreementsOutsideBand, 0);
      assert.ok(report.worstErrorToBand <= 1, `error reaches ${report.worstErrorToBand} of the band`);
    }),
    { numRuns: 25 },
  );
});

test('each mode of a node branches as its comparison says', () => {
  for (const mode of MODES) {
    for (const value of [3, 3.5, 0, 30, -1, 31]) {
      const one: FixtureTree = { column: 1, mode, value, whenTrue: 2, whenFalse: -1 };
      const trees = [one, { column: 0, mode: 'BRANCH_LT', value: 1, whenTrue: 0.5, whenFalse: 0.25 } as const];
      const model = lower(regressor(3, trees));
      for (let late = 0n; late <= 30n; late++) assertExact(model, trees, applicant(5000n, late, 7n));
    }
  }
});

test('a set of members holds at each of them, in float columns too', async () => {
  const root: FixtureNodeV5 = {
    column: 1,
    mode: 'BRANCH_MEMBER',
    value: [2, 3, 7, 40],
    whenTrue: 4,
    whenFalse: { column: 2, mode: 'BRANCH_MEMBER', value: [Math.fround(0.1)], whenTrue: 2, whenFalse: -1 },
  };
  const bytes = ensembleV5(3, [root]);
  const model = lower(bytes);
  const rows = [];
  for (let late = 0n; late <= 30n; late++)
    for (const rate of [99n, 100n, 101n]) rows.push(applicant(5000n, late, rate));
  for (const x of rows) {
    const [, late, rate] = columnsOf(x);
    const expected = [2, 3, 7].includes(late!) ? 4 : rate === Math.fround(0.1) ? 2 : -1;
    assert.equal(Number(evaluateTrees(model, x).score) / 2 ** model.report.scale.twos, expected);
  }
  const report = await agreementReport(bytes, options, rows);
  assert.deepEqual([report.disagreementsOutsideBand, report.worstErrorToBand], [0, 0]);
});

test('a branch that contradicts the tests above it takes no node', () => {
  const chain = (deep: number): FixtureTree =>
    deep === 0 ? 1 : { column: 1, mode: 'BRANCH_LT', value: 5, whenTrue: chain(deep - 1), whenFalse: -deep };
  const other: FixtureTree = { column: 0, mode: 'BRANCH_LT', value: 5, whenTrue: 1, whenFalse: 2 };
  const model = lower(regressor(3, [chain(12), other]));
  assert.deepEqual(model.shape, { trees: 32, depth: 4 });
  assert.equal(model.report.size.family === 'trees' && model.report.size.nodes, 2);
  for (const late of [4n, 5n]) assertExact(model, [chain(12), other], applicant(0n, late, 0n));
});

test('the smallest shape that holds the trees is taken, and larger ones are refused by number and depth', () => {
  const deep = (depth: number, from = 0): FixtureTree =>
    depth === 0
      ? from
      : {
          column: 0,
          mode: 'BRANCH_LT',
          value: from + depth,
          whenTrue: -from - depth / 16,
          whenFalse: deep(depth - 1, from + depth),
        };
  assert.deepEqual(lower(regressor(3, [deep(4), deep(1)])).shape, { trees: 32, depth: 4 });
  assert.deepEqual(lower(regressor(3, [deep(2), deep(5)])).shape, { trees: 100, depth: 6 });
  assert.deepEqual(
    lower(
      regressor(
        3,
        Array.from({ length: 33 }, () => deep(2)),
      ),
    ).shape,
    { trees: 100, depth: 6 },
  );
  refuses(
    regressor(3, [deep(2), deep(7)]),
    'too_large',
    /^tree 1 has depth 7: the largest shape has 100 trees of depth 6$/,
  );
  refuses(
    regressor(
      3,
      Array.from({ length: 101 }, () => deep(2)),
    ),
    'too_large',
    /has 101 trees: .*100 trees/,
  );
});

test('trees of one leaf go into the bias, base value and all', () => {
  const split: FixtureTree = { column: 1, mode: 'BRANCH_LEQ', value: 3, whenTrue: 1, whenFalse: -1 };
  const model = lower(regressor(3, [0.5, split, 0.25], { base_values: [8] }));
  const unit = 2 ** model.report.scale.twos;
  assert.equal(Number(model.bias) / unit, 8.75);
  assert.deepEqual(model.report.size, {
    family: 'trees',
    shape: { trees: 32, depth: 4 },
    trees: 1,
    nodes: 1,
    constantTrees: 2,
  });
  assert.equal(model.gammaNum, treeGammaMin({ trees: 32, depth: 4 }));
});

test('an average is the sum over the number of trees', async () => {
  const split = (value: number): FixtureTree => ({ column: 1, mode: 'BRANCH_LEQ', value, whenTrue: 1, whenFalse: -1 });
  const bytes = regressor(3, [split(3), split(4), split(9)], { aggregate_function: 'AVERAGE', base_values: [0.125] });
  const rows = [0n, 4n, 8n, 9n, 10n].map((late) => applicant(0n, late, 0n));
  const model = lower(bytes);
  const unit = 2 ** model.report.scale.twos;
  assert.ok(Math.abs(Number(evaluateTrees(model, rows[1]!).score) / unit - (1 / 3 + 0.125)) < 1e-9);
  const report = await agreementReport(bytes, options, rows);
  assert.ok(report.worstErrorToBand <= 1);
  assert.equal(report.disagreementsOutsideBand, 0);
  for (const other of ['MIN', 'MAX'])
    refuses(regressor(3, [split(3)], { aggregate_function: other }), 'unsupported_feature', new RegExp(other));
});

test('votes that are all positive are probabilities, cut off as they are', async () => {
  const split = (value: number): FixtureTree => ({
    column: 1,
    mode: 'BRANCH_LEQ',
    value,
    whenTrue: Math.fround(0.3),
    whenFalse: Math.fround(0.1),
  });
  const bytes = classifier(3, [split(3), split(9), split(17)], 'NONE');
  const rows = Array.from({ length: 31 }, (_, late) => applicant(0n, BigInt(late), 0n));
  for (const approveLabel of ['0', '1']) {
    for (const probability of ['0.5', '0.71']) {
      const changed = { ...options, approveLabel, cutoff: { probability } };
      const model = lower(bytes, changed);
      assert.equal(model.report.link, 'probability');
      const approved = rows.filter((x) => evaluateTrees(model, x).approve).length;
      const expected = new Map([
        ['0 0.5', 13],
        ['0 0.71', 0],
        ['1 0.5', 18],
        ['1 0.71', 4],
      ]).get(`${approveLabel} ${probability}`);
      assert.equal(approved, expected, `${approveLabel} ${probability}`);
      const report = await agreementReport(bytes, changed, rows);
      assert.equal(report.labelsCompared, probability === '0.5');
      assert.deepEqual([report.disagreementsOutsideBand, report.labelDisagreements], [0, 0]);
      assert.ok(report.worstErrorToBand <= 1);
    }
  }
  refuses(classifier(3, [split(3)], 'LOGISTIC'), 'unsupported_feature', /no negative vote before a logistic/);
});

test('what runtimes evaluate in different ways is refused', () => {
  const split: FixtureTree = { column: 1, mode: 'BRANCH_LEQ', value: 3, whenTrue: 1, whenFalse: -1 };
  refuses(regressor(3, [split], { post_transform: 'LOGISTIC' }), 'unsupported_feature', /LOGISTIC of a regressor/);
  refuses(classifier(3, [split], 'SOFTMAX'), 'unsupported_feature', /softmax of votes for one class/);
  refuses(classifier(3, [split], 'PROBIT'), 'unsupported_feature', /PROBIT/);
  refuses(classifier(3, [split], 'LOGISTIC', { base_values: [1, 2] }), 'unsupported_feature', /base values for two/);
  refuses(classifier(3, [split], 'NONE', { classlabels_int64s: [0n, 1n, 2n] }), 'not_additive', /two classes/);
  refuses(ensembleV5(3, [split as FixtureNodeV5], { post_transform: 2n }), 'unsupported_feature', /post-transform/);
  refuses(ensembleV5(3, [split as FixtureNodeV5], { aggregate_function: 3n }), 'unsupported_feature', /MAX/);
});

test('files whose lists do not fit together are refused', () => {
  const split: FixtureTree = { column: 1, mode: 'BRANCH_LEQ', value: 3, whenTrue: 1, whenFalse: -1 };
  refuses(regressor(3, [split], { nodes_values: [3] }), 'malformed', /different lengths/);
  refuses(regressor(3, [split], { nodes_truenodeids: [0n, 0n, 0n] }), 'malformed', /leads back to a node/);
  refuses(regressor(3, [split], { nodes_truenodeids: [9n, 0n, 0n] }), 'malformed', /not there/);
  refuses(regressor(3, [split], { nodes_modes: ['BRANCH_LIKE', 'LEAF', 'LEAF'] }), 'malformed', /BRANCH_LIKE/);
  refuses(regressor(3, [split], { nodes_featureids: [3n, 0n, 0n] }), 'malformed', /column that is not there/);
  refuses(regressor(3, [split], { target_ids: [0n, 4n] }), 'malformed', /target that is not there/);
  refuses(regressor(3, [split], { target_nodeids: [1n, 1n] }), 'malformed', /votes twice/);
  refuses(regressor(3, [split], { nodes_treeids: [0n, 1n, 0n] }), 'malformed', /several places/);
});

test('a prohibited attribute is refused by name, on a branch that nobody takes and above equal leaves too', () => {
  const split: FixtureTree = { column: 1, mode: 'BRANCH_LEQ', value: 3, whenTrue: 1, whenFalse: -1 };
  const inputs = ['sex', 'late', 'rate'];
  const bySex = (whenTrue: number, whenFalse: number): FixtureTree => ({
    column: 0,
    mode: 'BRANCH_LEQ',
    value: 1,
    whenTrue,
    whenFalse,
  });
  refuses(regressor(3, [split, bySex(1, 2)]), 'prohibited_attribute', /reads sex, which/, { inputs });
  refuses(regressor(3, [split, bySex(2, 2)]), 'prohibited_attribute', /reads sex \(without effect/, { inputs });
  const dead: FixtureTree = { ...split, whenTrue: { ...split, whenFalse: bySex(1, 2) } };
  refuses(regressor(3, [dead]), 'prohibited_attribute', /reads sex \(without effect/, { inputs });
  const allowed = lowerOnnx(regressor(3, [dead]), { ...options, inputs, prohibitedMask: 0n });
  assert.deepEqual(allowed.report.attributesWithoutEffect, ['sex']);
  assert.equal(allowed.readMask, 0b100001n);
  const untested = lowerOnnx(regressor(3, [split]), { ...options, inputs });
  assert.deepEqual(untested.report.attributesTouched, ['sex', 'rate']);
  assert.deepEqual(untested.report.attributesRead, ['late']);
});
