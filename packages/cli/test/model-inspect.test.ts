import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assay } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-cli-'));
after(() => rmSync(root, { recursive: true, force: true }));
const example = (path: string): string => fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));
const inspect = (...args: readonly string[]) => assay('model', 'inspect', '--rows', '200', ...args);

test('a file is shown with family, circuits, attributes and agreement, by its own registration document', async () => {
  const { status, stdout } = await inspect(example('models/retail-scorecard.onnx'));
  assert.equal(status, 0);
  assert.match(stdout, /^family +additive: 0 of 32 weights, 30 of 32 steps$/m);
  assert.match(stdout, /^circuits +decision-additive \([0-9,]+ constraints\), conformance-additive/m);
  assert.match(stdout, /^approves +class 1 above a probability of 0\.5 \(logistic, cut off\)$/m);
  assert.match(stdout, /^reads +income, savings, debt_to_income/m);
  assert.match(stdout, /^folded .*ai\.onnx\.ml\.TreeEnsembleRegressor/m);
  assert.match(stdout, /^agreement +200 random applicants, 0% within the band$/m);
  assert.match(stdout, /^ +0 decided differently outside it by onnxruntime$/m);
});

test('trees are shown with their shape, what they ignore, and without weights', async () => {
  const { status, stdout } = await inspect(example('models/retail-lightgbm.onnx'), '--json');
  assert.equal(status, 0);
  const shown = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(
    { family: shown.family, shape: shown.shape, trees: shown.trees, nodes: shown.nodes },
    { family: 'trees', shape: { trees: 32, depth: 4 }, trees: 32, nodes: 480 },
  );
  assert.deepEqual(shown.attributesTouched, ['no_credit_file']);
  assert.ok(!('leaves' in shown) && !('bias' in shown));
  const { disagreementsOutsideBand, worstErrorToBand } = shown.agreement as Record<string, number>;
  assert.equal(disagreementsOutsideBand, 0);
  assert.ok(worstErrorToBand! > 0 && worstErrorToBand! <= 1);
});

test('a file that does not lower is refused with code, place and reason', async () => {
  const registration = JSON.parse(readFileSync(example('models/retail-sklearn.json'), 'utf8')) as object;
  const document = join(root, 'prohibited.json');
  const schema = JSON.parse(readFileSync(example('applicants/schema.json'), 'utf8')) as {
    slots: { name: string; protected: boolean }[];
  };
  for (const slot of schema.slots) if (slot.name === 'income') slot.protected = true;
  writeFileSync(join(root, 'schema.json'), JSON.stringify(schema));
  writeFileSync(document, JSON.stringify({ ...registration, schema: 'schema.json' }));
  const refused = await inspect(example('models/retail-sklearn.onnx'), '--registration', document);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /does not lower \(prohibited_attribute\): the model reads income, which it may not/);
  assert.equal(refused.stdout, '');
  const json = await inspect(example('models/retail-sklearn.onnx'), '--registration', document, '--json');
  assert.equal(json.status, 1);
  const { lowers, code } = JSON.parse(json.stdout) as Record<string, unknown>;
  assert.deepEqual([lowers, code], [false, 'prohibited_attribute']);
});

test('without a document the schema has to be named, and customary values stand in', async () => {
  const alone = join(root, 'alone.onnx');
  copyFileSync(example('models/retail-sklearn.onnx'), alone);
  const missing = await inspect(alone);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /no registration document beside .*--registration or --schema/);
  const { status, stdout } = await inspect(alone, '--schema', example('applicants/schema.json'));
  assert.equal(status, 0);
  assert.match(stdout, /^registration +none: class 1 above a raw score of 0$/m);
  const unreadable = await inspect(alone, '--schema', alone);
  assert.equal(unreadable.status, 2);
  assert.equal((await assay('model', 'inspect', alone, '--rows', '0')).status, 2);
});
