import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectBus } from '@assay/bus';
import { NatsServer } from '@assay/launch';
import { startNatsServer } from '@assay/testkit';
import { BANK, connectTo, Notices, proof } from './fixture.ts';

/** A local server whose configuration leaves the synchronisation at its default. */
async function unsyncedServer(t: TestContext, extra = ''): Promise<NatsServer> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-connect-'));
  const config = join(dir, 'nats.conf');
  writeFileSync(config, `jetstream { max_file_store: 64GB }\n${extra}`);
  const server = await NatsServer.start({ storeDir: join(dir, 'store'), config });
  t.after(async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  });
  return server;
}

test('refuses a server that acknowledges before it has synced, unless told', async (t) => {
  const server = await unsyncedServer(t);
  const options = { servers: [server.url], name: 'test' };
  await assert.rejects(connectBus({ ...options, monitorUrls: [server.monitorUrl] }), { code: 'UNSYNCED_SERVER' });
  await assert.rejects(connectBus(options), { code: 'SYNC_UNKNOWN' });
  await using bus = await connectBus({ ...options, requireSyncAlways: false });
  await bus.ensureStreams(BANK);
  assert.equal((await bus.publish(proof('a'))).seq, 1);
});

test('takes a server that syncs always', async () => {
  await using server = await startNatsServer();
  await using bus = await connectTo(server);
  assert.equal(bus.connected, true);
});

test('presents credentials, and says when they are refused', async (t) => {
  const server = await unsyncedServer(t, 'authorization { user: assay, password: secret }');
  const options = { servers: [server.url], name: 'test', requireSyncAlways: false };
  const wrong = { kind: 'user', user: 'assay', password: 'wrong' } as const;
  await assert.rejects(connectBus({ ...options, credentials: wrong }), { code: 'CONNECT_FAILED' });
  await using bus = await connectBus({ ...options, credentials: { ...wrong, password: 'secret' } });
  assert.equal(bus.connected, true);
});

test('says when there is no server, or none is named', async () => {
  const unreachable = { servers: ['nats://127.0.0.1:1'], name: 'test', connectTimeoutMs: 500 };
  await assert.rejects(connectBus(unreachable), { code: 'CONNECT_FAILED' });
  await assert.rejects(connectBus({ ...unreachable, servers: [] }), { code: 'BAD_OPTIONS' });
});

test('uses no server found again until it has shown that it syncs', async (t) => {
  await using server = await startNatsServer();
  const refused = Promise.withResolvers<void>();
  const answers = Promise.withResolvers<void>();
  let strict = false;
  // The monitoring of the very server, behind an address that the test can close for a while.
  const monitor = createServer(async (_, response) => {
    if (strict) {
      response.writeHead(503).end();
      return;
    }
    const report = await fetch(`${server.monitorUrl}/varz`);
    response.end(await report.text());
  }).listen(0, '127.0.0.1', () => answers.resolve());
  t.after(() => {
    monitor.closeAllConnections();
    monitor.close();
  });
  await answers.promise;
  const address = monitor.address();
  assert(address !== null && typeof address === 'object');
  await using bus = await connectTo(server, {
    monitorUrls: [`http://127.0.0.1:${address.port}`],
    onNotice: (notice) => notice.kind === 'server-refused' && refused.resolve(),
  });
  await bus.ensureStreams(BANK);
  strict = true;
  await server.kill();
  await server.restart();
  await refused.promise;
  assert.equal(bus.connected, false);
  await assert.rejects(bus.publish(proof('early'), { timeoutMs: 50 }), { code: 'PUBLISH_TIMEOUT' });
  strict = false;
  assert.equal((await bus.publish(proof('late'))).seq, 1);
});

test('takes nothing that a server had shown for true of the next one', async (t) => {
  await using server = await startNatsServer();
  // The monitoring of the very server, whose answers the test lets through one by one.
  const asked = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const release = [0, 1, 2].map(() => Promise.withResolvers<void>());
  let count = 0;
  const monitor = createServer(async (_, response) => {
    const at = count++;
    const report = await (await fetch(`${server.monitorUrl}/varz`)).text();
    asked[at]?.resolve();
    await release[at]?.promise;
    response.end(report);
  });
  monitor.listen(0, '127.0.0.1');
  await once(monitor, 'listening');
  t.after(() => {
    monitor.closeAllConnections();
    monitor.close();
  });
  const { port } = monitor.address() as AddressInfo;
  const notices = new Notices();
  release[0]!.resolve();
  await using bus = await connectTo(server, { monitorUrls: [`http://127.0.0.1:${port}`], onNotice: notices.sink });
  await bus.ensureStreams(BANK);
  await server.kill();
  await server.restart();
  await asked[1]!.promise;
  const broken = notices.next('disconnected');
  await server.kill();
  await broken;
  // It answers for a server that is gone.
  release[1]!.resolve();
  await server.restart();
  await asked[2]!.promise;
  assert.equal(bus.connected, false);
  release[2]!.resolve();
  assert.equal((await bus.publish(proof('late'))).seq, 1);
  assert.deepEqual(
    notices.seen.map(({ kind }) => kind),
    ['disconnected', 'disconnected', 'reconnected'],
  );
});
