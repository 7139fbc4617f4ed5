import { CHEAT_BY_NAME } from './cheats/index.ts';
import { retailDataset } from './dataset.ts';
import { unlessInterrupted } from './interruption.ts';
import { ModifiedBank } from './modified-bank.ts';
import type { Narrator } from './narrator.ts';
import { untilCosigned, verifyOffline } from './offline-check.ts';
import { formatTable } from './report.ts';
import { openScene } from './scene.ts';
import type { CheatName } from './settings.ts';
import { fromCheckout, type Summary } from './summary.ts';

/** Seconds from intake to closing that the regulator of a cheating run permits: few, so that a delay shows soon. */
export const CHEAT_DEADLINE_SECONDS = 2;

/** What became of a cheat. */
export interface CheatingResult {
  readonly summary: Summary;
  readonly caught: boolean;
  readonly lines: readonly string[];
}

/** The bank tries one cheat, with its own key and provers, against NATS and the regulator's verifier. */
export async function cheatingRun(name: CheatName, dir: string, narrator: Narrator): Promise<CheatingResult> {
  const dataset = retailDataset();
  const from = Date.now();
  narrator.say('starting NATS, the verifier and a log witness');
  const limits = { closingDeadlineSeconds: CHEAT_DEADLINE_SECONDS };
  await using scene = await openScene({ dir, dataset, tMin: 1, limits, only: ['verifier', 'log-witness'] });
  narrator.say('starting a bank whose software was changed: its key, its provers, its place on the bus');
  await using bank = await ModifiedBank.open(scene);
  narrator.say('its model is registered honestly');
  const result = await unlessInterrupted(
    bank.registerModel(dataset.model).then((model) => {
      const applicants = dataset.applicants.values();
      return CHEAT_BY_NAME[name]({ bank, model, applicants, narrator, slot: { number: 1, from } });
    }),
  );

  narrator.say('checking the archive offline');
  const { archive, trustFile } = scene.deployment.layout;
  await untilCosigned(archive, scene.deployment.trust);
  const { statements, entries, cosigners } = await verifyOffline(archive, trustFile);
  const archived = Object.values(statements).reduce((sum, count) => sum + count, 0);
  const summary: Summary = {
    applications: statements.eligibility ?? 0,
    archived,
    expected: archived,
    rejected: entries.rejected ?? 0,
    verdicts: {},
    traces: { applications: 0, connected: 0 },
    latencyMs: { p50: 0, p95: 0 },
    provingSystem: bank.provingSystem,
    cosigners: cosigners.map((cosigner) => cosigner.name),
    archiveDir: fromCheckout(archive),
    trustFile: fromCheckout(trustFile),
    cheat: { name, namedBy: result.namedBy, where: result.where },
  };
  const lines = formatTable(`Assay: the bank ${result.attempt}`, [
    ['cheat', name],
    [result.caught ? 'named by the verifier' : 'NOT CAUGHT', result.namedBy],
    ['where', result.where],
    ['statements archived', `${archived}, ${summary.rejected} rejected`],
  ]);
  return { summary, caught: result.caught, lines };
}
