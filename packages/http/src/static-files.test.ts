import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { PAGE_POLICY } from './security-headers.ts';
import { StaticFiles } from './static-files.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-pages-'));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, 'built');
mkdirSync(join(folder, 'assets'), { recursive: true });
writeFileSync(join(root, 'secret.txt'), 'secret');
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'export {}');
writeFileSync(join(folder, 'assets', 'notes.key'), 'secret');
symlinkSync(join(root, 'secret.txt'), join(folder, 'link.txt'));
const SCRIPT = 'export const text = "compressed";\n'.repeat(100);
writeFileSync(join(folder, 'assets', 'large-3c4d.js'), SCRIPT);
const files = new StaticFiles(folder);

test('pages come with their own policy, what has its digest in its name for ever', async () => {
  const page = files.respond('/')!;
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(page.headers.get('content-security-policy'), PAGE_POLICY);
  assert.equal(page.headers.get('cache-control'), 'private, no-cache');
  assert.equal(await files.respond('/windows/acme/1')!.text(), '<!doctype html>');
  const script = files.respond('/assets/main-1a2b.js')!;
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable');
});

test('what is smaller for it is sent in Brotli to whoever takes it, under a tag of its own', async () => {
  const path = '/assets/large-3c4d.js';
  const plain = files.respond(path)!;
  assert.equal(await plain.clone().text(), SCRIPT);
  for (const accepted of ['br', 'gzip, deflate, br', 'gzip;q=0.5,br;q=0.1', 'BR']) {
    const small = files.respond(path, accepted)!;
    assert.equal(small.headers.get('content-encoding'), 'br', accepted);
    assert.equal(small.headers.get('vary'), 'accept-encoding');
    assert.notEqual(small.headers.get('etag'), plain.headers.get('etag'));
    const bytes = new Uint8Array(await small.arrayBuffer());
    assert.equal(small.headers.get('content-length'), String(bytes.length));
    assert.ok(bytes.length < SCRIPT.length / 10);
    assert.equal(brotliDecompressSync(bytes).toString(), SCRIPT);
  }
  for (const accepted of ['', 'gzip', 'gzip, br;q=0', 'br;q=0.000', 'brotli']) {
    const whole = files.respond(path, accepted)!;
    assert.equal(whole.headers.get('content-encoding'), null, accepted);
    assert.equal(whole.headers.get('vary'), 'accept-encoding');
    assert.equal(await whole.text(), SCRIPT);
  }
  assert.equal(files.respond('/assets/main-1a2b.js', 'br')!.headers.get('vary'), null);
});

test('no path leads out of the folder, to a link, or to what is no page', () => {
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '//secret.txt',
    '/link.txt',
  ]) {
    assert.equal(files.respond(path), undefined, path);
  }
  for (const path of ['/assets/notes.key', '/assets/gone.js', '/index.html/../../secret.txt']) {
    assert.equal(files.respond(path), undefined, path);
  }
  assert.doesNotMatch(PAGE_POLICY, /unsafe|\*/);
});

test('a folder without a page is refused', () => {
  assert.throws(() => new StaticFiles(join(folder, 'assets')), /index\.html/);
  assert.throws(() => new StaticFiles(join(root, 'none')));
});
