import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '@assay/launch';

const ROOT = resolve(import.meta.dirname, '../..');
const main = join(import.meta.dirname, 'main.ts');

/** An instance without services: NATS alone, which is all that these tests are about. */
function prepared(t: TestContext): string {
  mkdirSync(join(ROOT, 'var'), { recursive: true });
  const dir = mkdtempSync(join(ROOT, 'var', 'test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'instance.json'), JSON.stringify({ services: [] }));
  return relative(join(ROOT, 'var'), dir);
}

const command = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args], { cwd: ROOT });

test('up runs until down asks it to stop, and runs once only', async (t) => {
  const instance = prepared(t);
  const up = await Service.start({ entry: main, args: ['up', instance], cwd: ROOT });
  await assert.rejects(command('up', instance), { code: 1, stderr: /running already/ });
  assert.match((await command('down', instance)).stderr, /is down/);
  assert.deepEqual(await up.exited, { code: 0, signal: null });
  assert.match((await command('down', instance)).stderr, /nothing runs/);
});

test('up drains on SIGTERM, and comes up again behind a socket left by a crash', async (t) => {
  const instance = prepared(t);
  const crashed = await Service.start({ entry: main, args: ['up', instance], cwd: ROOT });
  const { nats } = crashed.ready as unknown as { nats: { monitorUrl: string } };
  await crashed.stop();
  await assert.rejects(fetch(nats.monitorUrl));
  writeFileSync(join(ROOT, 'var', instance, 'supervisor.sock'), '');
  await using again = await Service.start({ entry: main, args: ['up', instance], cwd: ROOT });
  assert.equal(again.ready.service, 'supervisor');
});

test('up takes a signal that comes twice at once for one, and drains', async (t) => {
  const instance = prepared(t);
  const up = await Service.start({ entry: main, args: ['up', instance], cwd: ROOT });
  const { nats } = up.ready as unknown as { nats: { monitorUrl: string } };
  for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) process.kill(up.pid!, signal);
  assert.deepEqual(await up.exited, { code: 0, signal: null });
  await assert.rejects(fetch(nats.monitorUrl));
});

test('up says when nothing is prepared', async () => {
  await assert.rejects(command('up', 'no-such-instance'), { code: 1, stderr: /no instance is prepared/ });
});
