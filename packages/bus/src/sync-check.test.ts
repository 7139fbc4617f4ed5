import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { checkMonitorUrl, requireSyncAlways } from './sync-check.ts';

/** A monitoring endpoint that says what the test wants it to say. */
async function monitor(t: TestContext, body: unknown): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(body))).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

const report = (server_id: string, config: object) => ({ server_id, jetstream: { config } });

test('asks until the server of the connection answers', async (t) => {
  const other = await monitor(t, report('B', { sync_always: false }));
  const own = await monitor(t, report('A', { sync_always: true }));
  await requireSyncAlways('A', ['http://127.0.0.1:1', other, own]);
});

test('refuses a server that acknowledges before it syncs', async (t) => {
  for (const config of [{ sync_always: false }, { sync_interval: 120_000_000_000 }]) {
    const own = await monitor(t, report('A', config));
    await assert.rejects(requireSyncAlways('A', [own]), { code: 'UNSYNCED_SERVER', message: /sync_interval: always/ });
  }
});

test('refuses a server of which nothing can be learnt', async (t) => {
  const other = await monitor(t, report('B', { sync_always: true }));
  const nonsense = await monitor(t, 'nonsense');
  for (const urls of [[], [other], [nonsense], ['http://127.0.0.1:1']]) {
    await assert.rejects(requireSyncAlways('A', urls), { code: 'SYNC_UNKNOWN', message: /monitorUrls/ });
  }
});

test('asks over plain http on loopback only', () => {
  for (const url of ['http://127.0.0.1:8222', 'http://localhost:1', 'http://[::1]:1', 'https://nats.example:1']) {
    assert.equal(checkMonitorUrl(url), url);
  }
  for (const url of ['http://nats.example:8222', 'http://127.0.0.1.example', 'file:///varz', 'nonsense']) {
    assert.throws(() => checkMonitorUrl(url), { code: 'BAD_OPTIONS' });
  }
});
