import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { TestkitError } from './error.ts';
import { firstBackend, natsBackend, startNatsServer } from './nats-backend.ts';

const noEngine = async () => {
  throw new TestkitError('NO_ENGINE', 'none');
};

test('takes local servers without an engine, unless containers are required', async () => {
  assert.equal((await firstBackend(noEngine, false)).kind, 'local');
  await assert.rejects(firstBackend(noEngine, true), { code: 'NO_ENGINE' });
});

test('hides no other failure of the engine behind local servers', async () => {
  const broken = async () => {
    throw new Error('disk full');
  };
  await assert.rejects(firstBackend(broken, false), /disk full/);
});

test('gives servers that come back at the same address after being killed', async () => {
  await using server = await (await natsBackend()).start();
  const healthy = async () => (await fetch(`${server.monitorUrl}/healthz`)).status === 200;
  assert.equal(await healthy(), true);
  await server.kill();
  await assert.rejects(healthy());
  await server.restart();
  assert.equal(await healthy(), true);
});

test('gives servers with empty stores', async () => {
  const seen: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    await using server = await startNatsServer();
    const report = (await (await fetch(`${server.monitorUrl}/jsz?config=true`)).json()) as {
      streams: number;
      config: { store_dir: string };
    };
    assert.equal(report.streams, 0);
    assert.equal(existsSync(report.config.store_dir), true);
    seen.push(report.config.store_dir);
  }
  assert.deepEqual(seen.map(existsSync), [false, false]);
});
