import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args]);

test('circuits reports every statement, as JSON and as a table', async () => {
  const statements = readdirSync(new URL('../circuits/statements', import.meta.url)).map((file) => file.split('.')[0]);
  const { results, machine } = JSON.parse((await bench('circuits', '--json')).stdout) as {
    results: { circuit: string; O2: { constraints: number }; keyRows: number; domain: number }[];
    machine: { cpu: string };
  };
  assert.deepEqual(results.map(({ circuit }) => circuit).sort(), statements.sort());
  assert.ok(results.every(({ O2, keyRows, domain }) => O2.constraints < keyRows && keyRows <= domain));
  const { stdout } = await bench('circuits');
  assert.ok(stdout.includes(machine.cpu));
});

test('a name that is no bench, and a number of runs that is none, are refused', async () => {
  await assert.rejects(bench('speed'), {
    code: 2,
    stderr: /usage: .*circuits \| groth16 \| prove /,
  });
  await assert.rejects(bench('circuits', '--runs', '0'), { code: 2 });
});
