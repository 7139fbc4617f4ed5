import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeAttributes, type Schema } from '@assay/schema';
import { readGermanCredit } from '../../../examples/german/read.ts';
import { readBreastCancer } from '../../../examples/medical/read.ts';
import { readTaiwan } from '../../../examples/taiwan/read.ts';
import { committedModels, loadModel } from './committed-models-fixture.ts';
import { agreementReport } from './float/agreement-report.ts';
import { lowerOnnx } from './lower-onnx.ts';
import { randomRows } from './row-fixture.ts';
import type { TreeModel } from './tree-model.ts';

/** What each exporter's file lowers to; every committed model has to be listed. */
const FAMILIES: Readonly<Record<string, string>> = {
  'german-histgb': 'trees 100x6',
  'german-network': 'network',
  'german-sklearn': 'additive',
  'medical-forest': 'trees 32x4',
  'medical-regression': 'additive',
  'retail-binned': 'additive',
  'retail-bins': 'trees 32x4',
  'retail-forest': 'trees 100x6',
  'retail-histgb': 'trees 32x4',
  'retail-lightgbm': 'trees 32x4',
  'retail-lightgbm-categories': 'trees 100x6',
  'retail-network': 'network',
  'retail-network-normalised': 'network',
  'retail-scorecard': 'additive',
  'retail-sklearn': 'additive',
  'retail-torch': 'additive',
  'retail-torch-softmax': 'additive',
  'retail-xgboost': 'trees 100x6',
  'taiwan-lightgbm': 'trees 32x4',
  'taiwan-sklearn': 'additive',
  'taiwan-xgboost': 'trees 100x6',
};

test('every committed model lowers to its family', () => {
  const found = committedModels().map((name) => {
    const { bytes, options } = loadModel(name);
    const model = lowerOnnx(bytes, options);
    return [name, model.family === 'trees' ? `trees ${model.shape.trees}x${model.shape.depth}` : model.family];
  });
  assert.deepEqual(Object.fromEntries(found), FAMILIES);
});

for (const [name, family] of Object.entries(FAMILIES)) {
  test(`${name}: 10,000 random rows agree with onnxruntime outside the band`, async (context) => {
    const { bytes, options, schema } = loadModel(name);
    const report = await agreementReport(bytes, options, randomRows(schema, 10_000, 1));
    context.diagnostic(`${report.inBandShare} within the band, error up to ${report.worstErrorToBand} of it`);
    assert.equal(report.rows, 10_000);
    assert.equal(report.disagreementsOutsideBand, 0);
    assert.equal(report.labelDisagreements, 0);
    assert.ok(report.worstErrorToBand <= 1, `error reaches ${report.worstErrorToBand} of the band`);
    assert.ok(family !== 'network' || report.worstErrorToBand > 0.001, 'a bound so loose would refer too many');
    assert.ok(report.inBandShare < 0.001, `${report.inBandShare} of the rows would be referred`);
  });
}

for (const [name, family] of Object.entries(FAMILIES)) {
  if (!family.startsWith('trees')) continue;
  test(`${name}: rows at every threshold and one below it agree with onnxruntime outside the band`, async () => {
    const { bytes, options, schema } = loadModel(name);
    const model = lowerOnnx(bytes, options);
    assert.ok(model.family === 'trees');
    const rows = besideThresholds(model, schema);
    assert.ok(rows.length >= 60, `only ${rows.length} rows`);
    const report = await agreementReport(bytes, options, rows);
    assert.equal(report.disagreementsOutsideBand, 0);
    assert.equal(report.labelDisagreements, 0);
    assert.ok(report.worstErrorToBand <= 1, 'a test that turns elsewhere would leave the band');
  });
}

/** Random rows moved along one attribute to each threshold of the model, and to the integer below. */
function besideThresholds({ trees }: TreeModel, schema: Schema): bigint[][] {
  const tests = new Map<string, { slot: number; threshold: bigint }>();
  for (const { nodes } of trees)
    for (const node of nodes) if (node.threshold > 0n) tests.set(`${node.slot}:${node.threshold}`, node);
  // A code beside a threshold need not be one that the schema lists.
  const distinct = [...tests.values()].filter(({ slot }) => schema.bySlot.get(slot)!.kind !== 'code');
  const rows = randomRows(schema, distinct.length, 4);
  return distinct.flatMap(({ slot, threshold }, i) => [
    rows[i]!.with(slot, threshold),
    rows[i]!.with(slot, threshold - 1n),
  ]);
}

for (const name of ['medical-forest', 'medical-regression']) {
  test(`${name}: all rows of the breast-cancer set agree with onnxruntime`, async () => {
    const { bytes, options, schema } = loadModel(name);
    const csv = readFileSync(new URL('../../../examples/medical/breast-cancer.csv', import.meta.url), 'utf8');
    const rows = readBreastCancer(csv).map(({ values }) =>
      encodeAttributes(schema, new Map([...values, ['age_group', 'not stated'], ['site', 'not stated']])),
    );
    const report = await agreementReport(bytes, options, rows);
    assert.equal(report.rows, 569);
    assert.equal(report.disagreementsOutsideBand, 0);
    assert.equal(report.labelDisagreements, 0);
    assert.ok(report.inBandShare < 0.005);
  });
}

/** Data that is not part of the repository: models by the beginning of their names, file, and how many rows it has. */
const PUBLIC = [
  { prefix: 'german-', file: 'german_credit.csv', rows: 1000, read: readGermanRows },
  { prefix: 'taiwan-', file: 'taiwan_default.csv', rows: 30_000, read: readTaiwan },
];

function readGermanRows(csv: string): ReadonlyMap<string, string>[] {
  return readGermanCredit(csv).map(({ values }) => values);
}

const extra = process.env.ASSAY_EXTRA_DATA;
for (const { prefix, file, rows: count, read } of PUBLIC) {
  const path = extra === undefined ? undefined : join(extra, 'data', file);
  if (path === undefined || !existsSync(path)) continue;
  for (const name of Object.keys(FAMILIES).filter((model) => model.startsWith(prefix))) {
    test(`${name}: all ${count} rows of ${file} agree with onnxruntime, and few are referred`, async (context) => {
      const { bytes, options, schema } = loadModel(name);
      const rows = read(readFileSync(path, 'utf8')).map((values) => encodeAttributes(schema, values));
      const report = await agreementReport(bytes, options, rows);
      context.diagnostic(`${report.inBandShare} within the band, error up to ${report.worstErrorToBand} of it`);
      assert.equal(report.rows, count);
      assert.equal(report.disagreementsOutsideBand, 0);
      assert.equal(report.labelDisagreements, 0);
      assert.ok(report.worstErrorToBand <= 1);
      assert.ok(report.inBandShare <= 0.002);
    });
  }
}
