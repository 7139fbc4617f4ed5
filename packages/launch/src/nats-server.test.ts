import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findNatsServer } from './nats-binary.ts';
import { NatsServer } from './nats-server.ts';

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-launch-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

function fakeServer(dir: string, version: string): string {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'nats-server');
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return realpathSync(path);
}

test('starts on free ports, syncs always, and comes back on the same ports after a crash', async (t) => {
  await using server = await NatsServer.start({ storeDir: join(scratch(t), 'store') });
  const syncAlways = async () => {
    const report = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as {
      jetstream: { config: { sync_always?: boolean } };
    };
    return report.jetstream.config.sync_always;
  };
  assert.equal(await syncAlways(), true);
  await server.kill();
  await assert.rejects(syncAlways());
  await server.restart();
  assert.equal(await syncAlways(), true);
});

test('two servers run side by side', async (t) => {
  const dir = scratch(t);
  await using first = await NatsServer.start({ storeDir: join(dir, 'a') });
  await using second = await NatsServer.start({ storeDir: join(dir, 'b') });
  assert.notEqual(first.url, second.url);
});

test('reports a server that cannot start, with its log', async (t) => {
  const dir = scratch(t);
  const config = join(dir, 'broken.conf');
  writeFileSync(config, 'jetstream { no_such_field: 1 }');
  await assert.rejects(NatsServer.start({ storeDir: join(dir, 'store'), config }), {
    code: 'ENDED_EARLY',
    message: /no_such_field/,
  });
});

test('finds the server by NATS_SERVER_BIN, then PATH if it is recent, then the cache', (t) => {
  const dir = scratch(t);
  const recent = fakeServer(join(dir, 'recent'), '2.10.0');
  const old = fakeServer(join(dir, 'old'), '2.9.25');
  const cached = fakeServer(join(dir, 'cache', 'bin'), '2.11.3');
  const env = { PATH: '/usr/bin:/bin', ASSAY_CACHE_DIR: join(dir, 'cache') };
  assert.equal(findNatsServer({ ...env, NATS_SERVER_BIN: recent }), recent);
  assert.equal(findNatsServer({ ...env, PATH: `${join(dir, 'recent')}:${env.PATH}` }), recent);
  assert.equal(findNatsServer({ ...env, PATH: `${join(dir, 'old')}:${env.PATH}` }), cached);
  assert.throws(() => findNatsServer({ ...env, NATS_SERVER_BIN: old }), { code: 'NATS_SERVER_MISSING' });
  assert.throws(() => findNatsServer({ ...env, ASSAY_CACHE_DIR: dir }), { code: 'NATS_SERVER_MISSING' });
});
