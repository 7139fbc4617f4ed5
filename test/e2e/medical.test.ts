// A model that has nothing to do with loans goes the whole way: what differs is schema, policy, partitions, reasons and the ONNX file.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fileDataset } from '../../examples/demo/dataset.ts';
import { honestRun } from '../../examples/demo/honest-run.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { openScene } from '../../examples/demo/scene.ts';
import { MIN_COUNT } from '../../examples/demo/settings.ts';

const CSV = fileURLToPath(new URL('../../examples/medical/breast-cancer.csv', import.meta.url));

test('samples of the breast-cancer set are decided, judged and archived, and a declined one is told why', async () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-medical-'));
  try {
    const dataset = fileDataset(CSV, MIN_COUNT);
    await using scene = await openScene({ dir: join(root, 'scene'), dataset, tMin: MIN_COUNT });
    const { summary, faults, lines } = await honestRun(scene, new Narrator({ write: () => true }));
    assert.deepEqual(faults, []);
    assert.equal(summary.applications, MIN_COUNT);
    assert.deepEqual(Object.keys(summary.verdicts), ['age', 'site']);
    const text = lines.join('\n');
    assert.match(text, /the registered model medical-regression 1 decided/);
    assert.match(text, /these attributes cost the score most against the registered baseline/);
  } finally {
    rmSync(root, { recursive: true });
  }
});
