import { resolve } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { checkout } from '../setup/cache.ts';
import type { Outcome } from './tally.ts';

/** How long one file may take before its process is ended; one that leaves a handle open would stay for ever. */
const DEADLINE_MS = 600_000;

/** One test of a file, by its full name (`suite > test`). */
export interface TestResult {
  readonly name: string;
  readonly outcome: Outcome;
}

/** A file's results, with all that its process printed. */
export interface FileResult {
  readonly results: readonly TestResult[];
  readonly printed: string;
  readonly milliseconds: number;
}

interface TestEvent {
  readonly name: string;
  readonly nesting: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: Error & { readonly failureType?: string } };
}

/**
 * Runs one test file (relative to the checkout, or absolute) in a process of its own. A file whose process fails, never ends, or runs no test at all
 * has failed, whatever its tests did.
 */
export async function runTestFile(file: string, deadlineMs: number = DEADLINE_MS): Promise<FileResult> {
  const path = resolve(checkout, file);
  const started = performance.now();
  const results: TestResult[] = [];
  const printed: string[] = [];
  // Events of a test come after those of its subtests, so names are put together from the inside out.
  let inner: { readonly nesting: number; readonly result: TestResult }[] = [];
  const stream = run({
    files: [path],
    cwd: checkout,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    signal: AbortSignal.timeout(deadlineMs),
  });
  for await (const { type, data } of stream) {
    if (type === 'test:stdout' || type === 'test:stderr') printed.push(data.message);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const event = data as TestEvent;
    const below = inner.filter(({ nesting }) => nesting > event.nesting);
    inner = inner.filter(({ nesting }) => nesting <= event.nesting);
    for (const { result } of below) inner.push({ nesting: event.nesting, result: prefixed(event.name, result) });
    const outcome = event.name === path ? judgeFile(type, event) : judgeTest(type, event);
    if (outcome !== undefined) {
      const name = event.name === path ? 'the file' : event.name;
      inner.push({ nesting: event.nesting, result: { name, outcome } });
    }
    if (event.nesting === 0) {
      results.push(...inner.map(({ result }) => result));
      inner = [];
    }
  }
  if (results.length === 0)
    results.push({ name: 'the file', outcome: { kind: 'failed', reason: 'the runner reported nothing' } });
  return { results, printed: printed.join(''), milliseconds: performance.now() - started };
}

function prefixed(outer: string, { name, outcome }: TestResult): TestResult {
  return { name: `${outer} > ${name}`, outcome };
}

/** A suite, and a test that failed for its subtests only, counts through what it holds. */
function judgeTest(type: 'test:pass' | 'test:fail', event: TestEvent): Outcome | undefined {
  const { error } = event.details;
  if (event.skip !== undefined)
    return { kind: 'skipped', reason: event.skip === true ? 'no reason given' : String(event.skip) };
  if (event.todo !== undefined) return { kind: 'skipped', reason: 'to do' };
  if (type === 'test:fail') {
    return error?.failureType === 'subtestsFailed'
      ? undefined
      : { kind: 'failed', reason: inspect(error?.cause ?? error) };
  }
  return event.details.type === 'suite' ? undefined : { kind: 'passed' };
}

/** The runner reports a file itself where its process failed, or where it held nothing else to report. */
function judgeFile(type: 'test:pass' | 'test:fail', event: TestEvent): Outcome {
  if (type === 'test:pass') return { kind: 'failed', reason: 'it runs no test' };
  const aborted = event.details.error?.failureType === 'testAborted';
  return {
    kind: 'failed',
    reason: aborted ? 'its process did not end in time' : 'its process failed; what it printed follows',
  };
}
