import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import {
  bundlePath,
  decodeEntryBundle,
  encodeEntryBundle,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  rootFromTiles,
  splitHashes,
  tilePath,
} from '@assay/tlog';
import { decodeEntry } from '@assay/verify';
import { trust } from '../../../packages/verify/test/world.ts';
import { Deployment } from './deployment.ts';

const deployment = await Deployment.ready();
after(() => deployment[Symbol.asyncDispose]());

const open = (path: string, init?: RequestInit): Promise<Response> => deployment.fetch(path, { ...init, token: null });
const bytesOf = async (path: string): Promise<Uint8Array> => {
  const response = await open(path);
  assert.equal(response.status, 200, path);
  return new Uint8Array(await response.arrayBuffer());
};
const logKeys = [parseVerifierKey(trust.log.verifierKey)];
const head = async () => openCheckpoint(await bytesOf('/checkpoint'), { origin: trust.log.origin, logKeys });

test('anybody can recompute the signed root from the tiles, and the tiles from the entries', async () => {
  const { size, root } = await head();
  assert.ok(size > 5);
  const readTile = (tile: Parameters<typeof tilePath>[0]) => bytesOf(`/${tilePath(tile)}`);
  assert.deepEqual(await rootFromTiles(size, { readTile }, size), root);
  const leaves = decodeEntryBundle(await bytesOf(`/${bundlePath({ index: 0, width: size })}`), size);
  const hashes = splitHashes(await readTile({ level: 0, index: 0, width: size }));
  assert.deepEqual(leaves.map(leafHash), hashes);
  // A width that no append ended with: the tile is cut to it.
  const narrow = await bytesOf(`/${bundlePath({ index: 0, width: 3 })}`);
  assert.deepEqual(narrow, encodeEntryBundle(leaves.slice(0, 3)));
});

test('blobs have the digest in their path; what is never removed may be kept for ever', async () => {
  const leaf = decodeEntryBundle(await bytesOf('/tile/entries/000.p/1'), 1)[0]!;
  const { payload } = decodeEntry(leaf);
  const response = await open(`/blob/sha256/${payload.sha256}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(createHash('sha256').update(bytes).digest('hex'), payload.sha256);
  assert.equal(response.headers.get('cache-control'), 'public, max-age=3600, immutable');
  const bundle = await open('/tile/entries/000.p/1');
  assert.equal(bundle.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const checkpoint = await open('/checkpoint');
  assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(checkpoint.headers.get('cache-control'), 'public, max-age=2, must-revalidate');
});

test('HEAD and conditional requests spare the bytes', async () => {
  const whole = await open('/tile/0/000.p/2');
  const etag = whole.headers.get('etag')!;
  assert.equal((await whole.arrayBuffer()).byteLength, 64);
  const headOnly = await open('/tile/0/000.p/2', { method: 'HEAD' });
  assert.equal(headOnly.headers.get('content-length'), '64');
  assert.equal(headOnly.headers.get('etag'), etag);
  assert.equal((await headOnly.arrayBuffer()).byteLength, 0);
  const known = await open('/tile/0/000.p/2', { headers: { 'if-none-match': `W/"other", ${etag}` } });
  assert.equal(known.status, 304);
  assert.equal(known.headers.get('etag'), etag);
});

for (const path of [
  '/tile/0/001',
  '/tile/0/000',
  '/tile/64/000',
  '/tile/0/000.p/0',
  '/tile/0/x000/000',
  '/tile/entries/..%2f..%2fcheckpoint',
  '/tile/..%2f..%2f..%2ftrust.json',
  `/blob/sha256/${'0'.repeat(64)}`,
  '/nothing',
  '/v1/nothing',
]) {
  test(`nothing is served at ${path}`, async () => {
    const response = await open(path);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    const problem = (await response.json()) as { type: string; status: number };
    assert.equal(problem.type, 'urn:assay:problem:not-found');
    assert.equal(problem.status, 404);
  });
}

test('a wrong method and a wrong form are named, and every response is guarded', async () => {
  const wrong = await open('/checkpoint', { method: 'DELETE' });
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get('allow'), 'GET, HEAD');
  const malformed = await open('/blob/sha256/ABC');
  assert.equal(malformed.status, 400);
  assert.deepEqual(((await malformed.json()) as { violations: unknown }).violations, [
    { field: 'path.digest', rule: 'must match pattern "^[0-9a-f]{64}$"' },
  ]);
  for (const response of [wrong, malformed, await open('/checkpoint'), await open('/openapi.json')]) {
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  }
});
