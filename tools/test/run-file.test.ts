import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FileResult, runTestFile } from './run-file.ts';

let folder: string;
before(async () => {
  // The runner marks the processes that it starts, and runs nothing when it finds itself in one.
  delete process.env.NODE_TEST_CONTEXT;
  folder = await mkdtemp(join(tmpdir(), 'assay-run-file-'));
});
after(() => rm(folder, { recursive: true }));

async function runSource(source: string, deadlineMs?: number): Promise<FileResult> {
  const file = join(folder, 'sample.test.ts');
  await writeFile(file, `import { after, describe, test } from 'node:test';\n${source}\n`);
  return runTestFile(file, deadlineMs);
}

async function outcomes(source: string, deadlineMs?: number): Promise<string[]> {
  const { results } = await runSource(source, deadlineMs);
  return results.map(({ name, outcome }) => `${outcome.kind} ${name}`);
}

test('tests are named with what they stand in, and a suite is not counted', async () => {
  const source = `test('a', () => {}); describe('s', () => { describe('t', () => { test('b', () => {}); }); });`;
  assert.deepEqual(await outcomes(source), ['passed a', 'passed s > t > b']);
});

test('a failing subtest counts once', async () => {
  const source = `test('a', async (t) => { await t.test('b', () => { throw new Error('boom'); }); });`;
  const { results } = await runSource(source);
  assert.deepEqual(
    results.map(({ name }) => name),
    ['a > b'],
  );
  const outcome = results[0]?.outcome;
  assert.ok(outcome?.kind === 'failed' && outcome.reason.includes('boom'));
});

test('a hook that fails counts as a failure of its suite', async () => {
  const source = `describe('s', () => { test('a', () => {}); after(() => { throw new Error('hook'); }); });`;
  assert.deepEqual(await outcomes(source), ['passed s > a', 'failed s']);
});

test('skipped and unfinished tests are not passed ones', async () => {
  const source = `test('a', { skip: 'no engine' }, () => {}); test('b', { todo: true }, () => {});`;
  assert.deepEqual(await outcomes(source), ['skipped a', 'skipped b']);
});

test('a file that runs no test has failed', async () => {
  assert.deepEqual(await outcomes('void [after, describe, test];'), ['failed the file']);
});

test('a file whose process fails has failed, though its tests passed', async () => {
  const source = `test('a', () => {}); process.exitCode = 3;`;
  assert.deepEqual(await outcomes(source), ['passed a', 'failed the file']);
});

test('a file that does not load has failed, with what it printed', async () => {
  const { results, printed } = await runSource(`throw new Error('cannot load');`);
  assert.deepEqual(
    results.map(({ outcome }) => outcome.kind),
    ['failed'],
  );
  assert.match(printed, /cannot load/);
});

test('a file that leaves a handle open is ended at its deadline, and has failed', async () => {
  const source = `test('a', () => { setInterval(() => {}, 1000); });`;
  assert.deepEqual(await outcomes(source, 1_500), ['passed a', 'failed the file']);
});
