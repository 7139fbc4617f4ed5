// `make demo`: applications in, archived proofs out. See settings.ts for what it can be asked to do.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cheatingRun } from './cheating-run.ts';
import { fileDataset, retailDataset } from './dataset.ts';
import { honestRun } from './honest-run.ts';
import { Interrupted, interruption, unlessInterrupted } from './interruption.ts';
import { Narrator } from './narrator.ts';
import { formatTable } from './report.ts';
import { openScene, type Scene } from './scene.ts';
import { MIN_COUNT, readSettings, type Settings, UsageError } from './settings.ts';
import { fromCheckout, writeSummary } from './summary.ts';

const DIR = resolve(import.meta.dirname, '../../var/demo');
const narrator = new Narrator();

async function runHonestly(settings: Settings): Promise<boolean> {
  const { data, biased, count, keep } = settings;
  if (data !== undefined && !existsSync(data)) throw new UsageError(`DATA names no file: ${data}`);
  const dataset =
    data === undefined ? retailDataset({ biased, ...(count && { count }) }) : fileDataset(resolve(data), count);
  narrator.say('starting NATS, verifier, log witness, kyc-prover, fairness-prover and gateway');
  await using scene = await openScene({ dir: DIR, dataset, tMin: MIN_COUNT });
  const { summary, faults, lines, table } = await unlessInterrupted(honestRun(scene, narrator));
  writeSummary(`${DIR}/summary.json`, summary);
  for (const line of ['', ...lines, '']) console.log(line);
  if (settings.table) {
    const rows = table.map(({ partition, group, size, approvals, hidden }): [string, string] => [
      `${partition}: ${group}`,
      hidden ? 'too few to be shown' : `${approvals} of ${size} approved`,
    ]);
    for (const line of [...formatTable("The regulator's table, opened with the regulator's key", rows), ''])
      console.log(line);
  }
  for (const fault of faults) console.error(`fault: ${fault}`);
  sayNext(summary.archiveDir, summary.trustFile, settings);
  if (keep) await untilInterrupted(scene);
  return faults.length === 0;
}

function sayNext(archiveDir: string, trustFile: string, { biased, data }: Settings): void {
  console.log('Try next:');
  console.log(`  npm run -s assay -- verify-archive ${archiveDir} --trust ${trustFile}`);
  console.log(biased || data !== undefined ? '  make demo TABLE=1' : '  make demo BIAS=1');
  console.log('  make demo CHEAT=swap-model');
}

async function untilInterrupted({ stack, deployment }: Scene): Promise<void> {
  const { services } = stack.addresses;
  const list = Object.entries(services).map(([name, address]) => `${name} ${address}`);
  const rows: [string, string][] = [
    ['console', `http://${services['verifier.http']}/`],
    ['examiner token', deployment.examinerToken],
    ['console, signed in', `http://${services['verifier.http']}/#token=${deployment.examinerToken}`],
  ];
  for (const line of ['', ...formatTable("The regulator's read API and console", rows), '']) console.log(line);
  narrator.say(`still running, until Ctrl-C: ${list.join(', ')}`);
  await interruption().catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
  });
}

async function main(): Promise<boolean> {
  // From the start: a signal while services are being started stops them as soon as they are there.
  void interruption();
  const settings = readSettings(process.env);
  if (settings.cheat === undefined) return await runHonestly(settings);
  const { summary, caught, lines } = await cheatingRun(settings.cheat, DIR, narrator);
  writeSummary(`${DIR}/summary.json`, summary);
  for (const line of ['', ...lines, '']) console.log(line);
  console.log('Try next:');
  console.log(
    `  npm run -s assay -- verify-archive ${fromCheckout(`${DIR}/verifier/archive`)} --trust ${summary.trustFile}`,
  );
  console.log('  make demo');
  console.log('  make demo BIAS=1');
  return caught;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (error instanceof Interrupted) console.error('demo: interrupted; everything is stopped');
  else if (error instanceof UsageError) console.error(`demo: ${error.message}`);
  else console.error(error);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
