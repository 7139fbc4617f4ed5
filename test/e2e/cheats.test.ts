// Every way of cheating that the demo offers, against one real verifier, with its log witness, over one bus.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CommittedModel } from '@assay/statements';
import { CHEAT_DEADLINE_SECONDS } from '../../examples/demo/cheating-run.ts';
import { CHEAT_BY_NAME } from '../../examples/demo/cheats/index.ts';
import { type DemoApplicant, retailDataset } from '../../examples/demo/dataset.ts';
import { ModifiedBank } from '../../examples/demo/modified-bank.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { openScene, type Scene } from '../../examples/demo/scene.ts';
import type { CheatName } from '../../examples/demo/settings.ts';

const NAMED_BY: Readonly<Record<CheatName, string>> = {
  'swap-model': 'MODEL_NOT_IN_FORCE',
  relabel: 'PARTITIONS_NOT_IN_FORCE',
  replay: 'DUPLICATE_STATEMENT',
  stuff: 'DUPLICATE_CREDENTIAL',
  delay: 'CLOSED_LATE',
  // Last: it registers a slot and leaves an intake open.
  drop: 'WINDOW_INCOMPLETE',
};

const quiet = new Narrator({ write: () => true });
let dir: string;
let scene: Scene;
let bank: ModifiedBank;
let model: CommittedModel;
let applicants: Iterator<DemoApplicant>;
let from: number;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-cheats-'));
  from = Date.now();
  const dataset = retailDataset();
  const limits = { closingDeadlineSeconds: CHEAT_DEADLINE_SECONDS };
  scene = await openScene({ dir: join(dir, 'scene'), dataset, tMin: 1, limits, only: ['verifier', 'log-witness'] });
  bank = await ModifiedBank.open(scene);
  model = await bank.registerModel(dataset.model);
  applicants = dataset.applicants.values();
});
after(async () => {
  await bank?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

for (const [name, code] of Object.entries(NAMED_BY) as [CheatName, string][]) {
  test(`${name} is named ${code}`, async () => {
    const result = await CHEAT_BY_NAME[name]({ bank, model, applicants, narrator: quiet, slot: { number: 1, from } });
    assert.equal(result.namedBy, code, result.where);
    assert.ok(result.caught, result.where);
  });
}
