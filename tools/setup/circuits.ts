import { readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, checkout, contentHash, exists, publishFolder, writeWhole } from './cache.ts';
import { type CompilerReport, runCircom } from './circom.ts';
import { circuitNames, circuitSources, largestFirst } from './circuit-sources.ts';
import { SetupError } from './error.ts';
import { parseAllowedWarnings, refusedWarnings } from './inspect.ts';
import type { Progress } from './progress.ts';

/** A compiled statement: `folder` holds `<name>.r1cs`, `<name>.wasm` and `<name>.sym`. */
export interface CompiledCircuit {
  readonly name: string;
  readonly folder: string;
  readonly report: CompilerReport;
}

/** Where {@link compileCircuits} says which compilation of each statement is this checkout's: JSON, name to absolute folder. */
export function currentCircuitsFile(): string {
  return join(cacheDirectory(), 'circuits', 'current.json');
}

/**
 * Compiles the named statements (all, when none is named) that the cache lacks, and notes their folders in `current.json`.
 * What compiles is noted even if another fails. Throws `SetupError` (`circuit`) with every failure, among them each inspection
 * warning that `circuits/inspect-allowed.txt` does not list.
 */
export async function compileCircuits(names: readonly string[], progress: Progress): Promise<CompiledCircuit[]> {
  const known = await circuitNames();
  const wanted = await largestFirst(names.length === 0 ? known : names);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new SetupError('circuit', `no circuits/statements/*.circom for: ${unknown.join(', ')}`);

  const results = await inParallel(wanted, (name) => settle(compileCircuit(name, progress)));
  const compiled = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await noteCurrent(compiled);

  const allowed = parseAllowedWarnings(
    await readFile(join(checkout, 'circuits/inspect-allowed.txt'), 'utf8').catch(() => ''),
  );
  const failures = [
    ...results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message as string] : [])),
    ...compiled.flatMap(({ name, report }) =>
      refusedWarnings(report.warnings, allowed).map((warning) => `circuit ${name}: ${warning}`),
    ),
  ];
  if (failures.length > 0) throw new SetupError('circuit', failures.join('\n'));
  return compiled;
}

/**
 * A statement at a lower level of simplification, kept in the cache; nothing is proved with these. `folder` holds
 * `<name>.r1cs` and `<name>.sym` at O1, where constraints are those of the source, and nothing at O0.
 */
export async function compileLower(name: string, level: 'O0' | 'O1', progress: Progress): Promise<CompiledCircuit> {
  const folder = join(await cacheFolder(name), `${name}.${level}`);
  const fill = async (temporary: string): Promise<void> => {
    // The compiler counts only when it writes.
    const report = await runCircom(name, level, level === 'O1' ? ['--r1cs', '--sym'] : ['--r1cs'], temporary);
    if (level === 'O0') await rm(join(temporary, `${name}.r1cs`));
    await writeReport(temporary, report);
  };
  if (!(await exists(folder))) {
    await progress.during(`${name} at ${level}`, () => publishFolder(folder, fill));
  }
  return { name, folder, report: await readReport(folder) };
}

async function compileCircuit(name: string, progress: Progress): Promise<CompiledCircuit> {
  const folder = join(await cacheFolder(name), name);
  if (!(await exists(folder))) {
    await progress.during(`${name} at O2`, () => publishFolder(folder, (temporary) => compileInto(name, temporary)));
  }
  return { name, folder, report: await readReport(folder) };
}

async function compileInto(name: string, folder: string): Promise<void> {
  const report = await runCircom(name, 'O2', ['--r1cs', '--wasm', '--sym'], folder);
  await rename(join(folder, `${name}_js`, `${name}.wasm`), join(folder, `${name}.wasm`));
  await rm(join(folder, `${name}_js`), { recursive: true });
  await writeReport(folder, report);
}

const REPORT = 'report.json';

async function writeReport(folder: string, report: CompilerReport): Promise<void> {
  await writeWhole(join(folder, REPORT), `${JSON.stringify(report)}\n`);
}

async function readReport(folder: string): Promise<CompilerReport> {
  return JSON.parse(await readFile(join(folder, REPORT), 'utf8')) as CompilerReport;
}

/** Where the cache keeps what is made of a statement: named by a hash over compiler and sources. */
async function cacheFolder(name: string): Promise<string> {
  const compiler = JSON.parse(await readFile(join(checkout, 'node_modules/circom2/package.json'), 'utf8')) as {
    version: string;
  };
  const hash = contentHash([`circom2@${compiler.version}`, name, ...(await circuitSources(name)).flat()]);
  return join(cacheDirectory(), 'circuits', hash);
}

/** What was noted before and has not been compiled now stays only if it is of the same sources. */
async function noteCurrent(compiled: readonly CompiledCircuit[]): Promise<void> {
  const before = await readFile(currentCircuitsFile(), 'utf8').catch(() => '{}');
  const folders = new Map<string, string>();
  for (const [name, folder] of Object.entries(JSON.parse(before) as Record<string, string>)) {
    if (folder === join(await cacheFolder(name), name) && (await exists(folder))) folders.set(name, folder);
  }
  for (const { name, folder } of compiled) folders.set(name, folder);
  const entries = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`;
  if (text !== before) await writeWhole(currentCircuitsFile(), text);
}

async function settle<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

/** Maps in order of `items`, as many at a time as there are processors, four at most (each is a process of its own). */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  return results;
}
