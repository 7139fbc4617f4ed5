import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatTokenRecord, newToken } from '@assay/http';
import { spawnService } from '@assay/testkit';
import { Deployment } from './deployment.ts';
import { documented } from './documented.ts';

const pages = mkdtempSync(join(tmpdir(), 'assay-console-'));
after(() => rmSync(pages, { recursive: true }));
writeFileSync(join(pages, 'index.html'), '<!doctype html><title>console</title>');
const slow = { perSecond: 1, burst: 20 };
// Beyond what a loop can ask for: these tests look at an examiner's rate.
const rate = { address: { perSecond: 1_000_000, burst: 1_000_000 }, examiner: slow };
const deployment = await Deployment.create({
  http: { rate, consoleDir: pages, origins: ['https://examiner.example'] },
});
after(() => deployment[Symbol.asyncDispose]());
await deployment.start();

test('an examiner who asks too often is told when to come again; others are served', async () => {
  const statuses = [];
  for (let i = 0; i < 21; i++) statuses.push((await deployment.fetch('/v1/archive')).status);
  assert.equal(statuses.filter((status) => status === 200).length >= 20, true);
  const refused = await deployment.fetch('/v1/verify', {
    method: 'POST',
    body: '{"envelope":"AAAA"}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(refused.status, 429);
  // One call counts as ten, and one a second comes back.
  assert.ok(Number(refused.headers.get('retry-after')) >= 5);
  const problem = (await documented('verifyEnvelope', refused)) as { type: string };
  assert.equal(problem.type, 'urn:assay:problem:rate-limited');
  const { token, record } = newToken('another', Date.now() + 60_000);
  appendFileSync(join(deployment.root, 'tokens'), formatTokenRecord(record));
  const served = async (): Promise<number> => {
    const { status } = await deployment.fetch('/v1/archive', { token });
    return status === 401 ? served() : status; // The file is looked at once a second.
  };
  assert.equal(await served(), 200);
  assert.equal((await deployment.fetch('/checkpoint', { token: null })).status, 200);
});

test('an expired token is told from an unknown one', async () => {
  const { token, record } = newToken('former', Date.now() - 60_000);
  appendFileSync(join(deployment.root, 'tokens'), formatTokenRecord(record));
  const answer = async (): Promise<Response> => {
    const response = await deployment.fetch('/v1/archive', { token });
    return response.status === 401 ? answer() : response;
  };
  const response = await answer();
  assert.equal(response.status, 403);
  assert.equal(
    ((await documented('getArchive', response)) as { type: string }).type,
    'urn:assay:problem:token-expired',
  );
});

test('the console has every path that the API has not', async () => {
  for (const path of ['/', '/statements/3', '/windows']) {
    const page = await deployment.fetch(path, { token: null });
    assert.match(await page.text(), /<title>console<\/title>/);
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'; style-src 'self'/);
    assert.equal(page.headers.get('x-frame-options'), 'DENY');
  }
  for (const path of ['/v1/nothing', '/tile/', '/blob/sha256', '/gone.js']) {
    assert.equal((await deployment.fetch(path, { token: null })).status, 404, path);
  }
});

test('pages of a named origin may call, others may not', async () => {
  const ask = async (origin: string) =>
    (await deployment.fetch('/checkpoint', { headers: { origin } })).headers.get('access-control-allow-origin');
  assert.equal(await ask('https://examiner.example'), 'https://examiner.example');
  assert.equal(await ask('https://elsewhere.example'), null);
});

test('requests of one address are held to a rate, whoever sends them', async () => {
  await using narrow = await Deployment.create({ http: { rate: { address: { perSecond: 1, burst: 5 } } } });
  await narrow.start();
  const statuses = new Set<number>();
  for (let i = 0; i < 8; i++) statuses.add((await narrow.fetch('/checkpoint', { token: null })).status);
  assert.deepEqual([...statuses], [200, 429]);
});

test('beyond this machine nothing is served without TLS, and nothing with what cannot be read', async () => {
  for (const [http, reason] of [
    [{ listen: '0.0.0.0:0' }, /without TLS only 127/],
    [{ tokensFile: join(pages, 'none') }, /http\.tokensFile/],
    [{ consoleDir: join(pages, 'none') }, /http\.consoleDir/],
    [{ security: { kind: 'none' } }, /http\.security\.kind/],
  ] as const) {
    await using refused = await Deployment.create({ http });
    const entry = new URL('../src/main.ts', import.meta.url).pathname;
    const env = { ASSAY_CONFIG: join(refused.root, 'config.json') };
    await assert.rejects(spawnService({ entry, env }), reason);
  }
});
