import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { spawnService } from './spawn-service.ts';

function entry(t: TestContext, source: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-spawn-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'service.mjs');
  writeFileSync(path, source);
  return path;
}

test('waits for the ready line, keeps the output and stops with SIGTERM', async (t) => {
  const source = `
    console.error('{"level":"info","msg":"' + process.env.WORD + '"}');
    process.on('SIGTERM', () => { console.error('draining'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('{"ready":true,"service":"x","address":"127.0.0.1:1234","ports":{"http":80}}');`;
  await using service = await spawnService({ entry: entry(t, source), env: { WORD: 'canary' } });
  assert.equal(service.ready.address, '127.0.0.1:1234');
  assert.deepEqual(service.ready.ports, { http: 80 });
  assert.deepEqual(await service.stop(), { code: 0, signal: null });
  assert.match(service.output(), /canary/);
  assert.match(service.output(), /draining/);
  assert.doesNotMatch(service.output(), /ready/);
});

test('reports a process that ends before it is ready, with what it said last', async (t) => {
  const failing = spawnService({ entry: entry(t, `console.error('no configuration'); process.exit(3);`) });
  await assert.rejects(failing, { code: 'ENDED_EARLY', message: /no configuration/ });
});

test('reports a process that does not get ready in time, and ends it', async (t) => {
  const silent = spawnService({ entry: entry(t, 'setInterval(() => {}, 1000);'), readyTimeoutMs: 200 });
  await assert.rejects(silent, { code: 'NOT_READY' });
});

test('waits for longer while a process says that it is getting on', async (t) => {
  const source = `
    const say = (line) => console.log(JSON.stringify({ service: 'x', ...line }));
    say({ ready: false, entries: 1 });
    setTimeout(() => say({ ready: false, entries: 2 }), 1400);
    setTimeout(() => say({ ready: true }), 2800);
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);`;
  await using service = await spawnService({ entry: entry(t, source), readyTimeoutMs: 2000 });
  assert.match(service.output(), /"entries":2/);
});
