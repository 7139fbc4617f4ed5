import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { checkout } from '../setup/cache.ts';
import { circuitNames } from '../setup/circuit-sources.ts';
import { type CompiledCircuit, compileCircuits } from '../setup/circuits.ts';
import { buildConsole } from '../setup/console.ts';
import { countConstraints, countDifferences, lowerLevels, pinnedCounts } from '../setup/constraint-counts.ts';
import { SetupError } from '../setup/error.ts';
import { deriveKeys } from '../setup/keys.ts';
import { buildNative } from '../setup/native.ts';
import { natsServerBinary } from '../setup/nats-server.ts';
import { Progress } from '../setup/progress.ts';
import { tryCommand } from '../setup/run-command.ts';
import { lockFileGaps } from './lock-file.ts';
import type { Outcome } from './tally.ts';

/** Something that is checked, or has to be there, before tests run; it fails by throwing `SetupError`. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<Outcome | undefined>;
}

const CODE = ['packages', 'services', 'circuits', 'tools', 'infra', 'bench', 'examples', 'test'];

/** What runs in a browser is checked with a browser's types. */
const CONSOLE = 'services/verifier/console';

/** What can be said without running anything of ours. */
export const STATIC_CHECKS: readonly Check[] = [
  { name: 'types', run: () => node('node_modules/typescript/bin/tsc', '--noEmit') },
  { name: 'types of the console', run: () => node('node_modules/typescript/bin/tsc', '--project', CONSOLE) },
  {
    name: 'format and lint',
    run: () => node('node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings'),
  },
  { name: 'import directions', run: checkImports },
  { name: 'contracts: lint, and generated code is fresh', run: () => node('packages/contracts/proto.ts', 'check') },
  { name: 'contracts: nothing breaks against main', run: checkBreaking },
  { name: 'lock file is complete', run: checkLockFile },
];

/** What tests need, put into the cache where it is missing, and checked against what is committed. */
export function preparations(): readonly Check[] {
  let compiled: readonly CompiledCircuit[] = [];
  return [
    { name: 'nats-server', run: () => nothing(natsServerBinary((line) => process.stdout.write(`  ${line}\n`))) },
    {
      name: 'native engine, with each arithmetic',
      run: () => nothing(withProgress('native engine', 3, (progress) => buildNative('all', progress))),
    },
    {
      name: 'circuits compile without a warning',
      run: async () => {
        compiled = await withProgress('circuits', (await circuitNames()).length, (progress) =>
          compileCircuits([], progress),
        );
        return compiled.length === 0 ? { kind: 'skipped', reason: 'there is no circuit' } : undefined;
      },
    },
    { name: 'constraint counts are as pinned', run: () => checkCounts(compiled) },
    { name: 'development keys are as in the manifest', run: () => nothing(deriveKeys()) },
    { name: 'the console builds', run: () => nothing(withProgress('console', 1, buildConsole)) },
  ];
}

/** Runs a script of ours or of a package; where it fails, what it printed is the reason. */
async function node(...args: string[]): Promise<undefined> {
  const result = await tryCommand(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: checkout,
  });
  if (result.exitCode !== 0)
    throw new SetupError('command', stripVTControlCharacters(`${result.stdout}${result.stderr}`).trim());
}

async function nothing(work: Promise<unknown>): Promise<undefined> {
  await work;
}

async function checkImports(): Promise<undefined> {
  const present = await tryCommand('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...CODE], {
    cwd: checkout,
  });
  const folders = CODE.filter((folder) =>
    present.stdout.split('\n').some((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts')),
  );
  const cruiser = ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.mjs'];
  return node('--import', './tools/test/typescript-6.ts', ...cruiser, ...folders);
}

/** Compares with what is published where that is known: on `main` itself, its own last commit would forgive anything. */
async function checkBreaking(): Promise<Outcome | undefined> {
  for (const ref of ['origin/main', 'main']) {
    const { exitCode } = await tryCommand('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {
      cwd: checkout,
    });
    if (exitCode === 0) return node('packages/contracts/proto.ts', 'breaking', ref);
  }
  return { kind: 'skipped', reason: 'this clone has no branch main' };
}

async function checkLockFile(): Promise<undefined> {
  const gaps = lockFileGaps(JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')).packages);
  if (gaps.length > 0) {
    throw new SetupError(
      'missing',
      `npm ci refuses package-lock.json: it lacks ${gaps.join(', ')}; take their entries from the commit before`,
    );
  }
}

async function checkCounts(compiled: readonly CompiledCircuit[]): Promise<undefined> {
  const runs = compiled.flatMap(({ name }) => lowerLevels(name)).length;
  const actual = await withProgress('constraint counts', runs, (progress) => countConstraints(compiled, progress));
  const differences = countDifferences(actual, await pinnedCounts());
  if (differences.length > 0) {
    throw new SetupError('circuit', [...differences, 'When the change is meant: make circuits UPDATE=1'].join('\n'));
  }
}

async function withProgress<T>(title: string, total: number, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Progress(title, total);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}
