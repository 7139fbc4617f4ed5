import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { spawnService, startNatsServer } from '@assay/testkit';

const ENTRY = resolve(import.meta.dirname, '../src/main.ts');

test('the process serves when it says so, and drains when it is told to', async (t) => {
  const nats = await startNatsServer();
  const dir = mkdtempSync(join(tmpdir(), 'assay-gateway-main-'));
  t.after(async () => {
    await nats.close();
    rmSync(dir, { recursive: true });
  });
  const behind = '127.0.0.1:9';
  const config = {
    dir: join(dir, 'state'),
    listen: '127.0.0.1:0',
    bus: { servers: [nats.url], monitorUrls: [nats.monitorUrl] },
    bank: 'acme',
    kycProver: behind,
    fairnessProver: behind,
    verifier: behind,
  };
  const path = join(dir, 'gateway.json');
  writeFileSync(path, JSON.stringify(config));
  const service = await spawnService({ entry: ENTRY, env: { ASSAY_CONFIG: path } });
  assert.equal(service.ready.service, 'gateway');
  assert.match(service.ready.address ?? '', /^127\.0\.0\.1:\d+$/);
  assert.deepEqual(await service.stop(), { code: 0, signal: null });

  writeFileSync(path, JSON.stringify({ ...config, bnak: 'acme' }));
  await assert.rejects(spawnService({ entry: ENTRY, env: { ASSAY_CONFIG: path } }), /bnak is not a member/);
});
