// Runs every check and test:  main.ts [--static] [PATH ...]
// With paths, only their tests run (after what they need is there); with --static, only the static checks. The last line is
// `N passed, N failed`, with `, N skipped` where something was skipped; the exit code is 0 only if something ran and nothing failed.
import { parseArgs } from 'node:util';
import { SetupError } from '../setup/error.ts';
import { type Check, preparations, STATIC_CHECKS } from './checks.ts';
import { childSeconds } from './child-time.ts';
import { runTestFile } from './run-file.ts';
import { type Outcome, Tally } from './tally.ts';
import { findTestFiles } from './test-files.ts';

/** Files that run at once beside one that starts whole deployments. */
const OTHERS = 2;

const { positionals: paths, values } = parseArgs({
  allowPositionals: true,
  options: { static: { type: 'boolean', default: false } },
});
const tally = new Tally();
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const indented = (text: string): string => text.trimEnd().replace(/^/gm, '    ');

async function check({ name, run }: Check): Promise<void> {
  const started = performance.now();
  const outcome = await run().then(
    (result): Outcome => result ?? { kind: 'passed' },
    (error: unknown): Outcome => {
      if (error instanceof SetupError) return { kind: 'failed', reason: error.message };
      throw error;
    },
  );
  tally.add(name, outcome);
  print(`${outcome.kind}: ${name} (${seconds(performance.now() - started)})`);
  if (outcome.kind !== 'passed') print(indented(outcome.reason));
}

async function test(file: string): Promise<void> {
  const { results, printed, milliseconds } = await runTestFile(file);
  const taken = [seconds(milliseconds), ...processorTime()].join(', ');
  const failures = results.filter(({ outcome }) => outcome.kind === 'failed');
  const passed = results.filter(({ outcome }) => outcome.kind === 'passed').length;
  for (const { name, outcome } of results) tally.add(`${file}: ${name}`, outcome);
  print(`${failures.length === 0 ? 'passed' : 'failed'}: ${file} ${passed} of ${results.length} (${taken})`);
  for (const { name, outcome } of failures)
    if (outcome.kind === 'failed') print(indented(`${name}\n${indented(outcome.reason)}`));
  if (failures.length > 0 && printed.trim() !== '') print(indented(`printed:\n${indented(printed)}`));
}

let counted = 0;

/** What processors spent on the file that has just ended, where the system tells: its process is the last that was waited for. */
function processorTime(): string[] {
  const total = childSeconds();
  if (total === undefined) return [];
  const taken = total - counted;
  counted = total;
  return [`${taken.toFixed(1)} s of processor`];
}

/**
 * Runs files from both ends of the list: one at a time of those that come first, which start services and provers of their own and
 * wait for them, and beside it {@link OTHERS} of those that come last, which compute.
 */
async function testAll(files: readonly string[]): Promise<void> {
  let [first, end] = [0, files.length];
  const fromFront = async (): Promise<void> => {
    while (first < end) await test(files[first++]!);
  };
  const fromBack = async (): Promise<void> => {
    while (first < end) await test(files[--end]!);
  };
  await Promise.all([fromFront(), ...Array.from({ length: OTHERS }, fromBack)]);
}

try {
  const files = values.static ? [] : await findTestFiles(paths);
  const checks = [...(paths.length === 0 ? STATIC_CHECKS : []), ...(values.static ? [] : preparations())];
  for (const item of checks) await check(item);
  counted = childSeconds() ?? 0;
  await testAll(files);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  print(`assay: ${error.message}`);
}
for (const line of tally.summary()) print(line);
process.exitCode = tally.succeeded ? 0 : 1;
