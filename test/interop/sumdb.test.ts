import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { ArchiveReader } from '@assay/archive';
import { trust } from '../../packages/verify/test/world.ts';
import { Deployment } from '../../services/verifier/test/deployment.ts';
import { generateArchive } from '../../services/verifier/test/generated-archive.ts';

const run = promisify(execFile);
const MODULE = join(import.meta.dirname, 'sumdb');

/** The Go program, built; or why it cannot be. */
async function buildProgram(t: TestContext): Promise<{ readonly path: string } | { readonly missing: string }> {
  const hasGo = await run('go', ['version']).then(
    () => true,
    () => false,
  );
  if (!hasGo) return { missing: 'go is not on PATH' };
  const folder = mkdtempSync(join(tmpdir(), 'assay-sumdb-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const had = await run('go', ['mod', 'download'], { cwd: MODULE }).then(
    () => true,
    () => false,
  );
  if (!had) return { missing: 'golang.org/x/mod cannot be had' };
  const path = join(folder, 'sumdb');
  await run('go', ['build', '-o', path, '.'], { cwd: MODULE });
  return { path };
}

test('golang.org/x/mod/sumdb/tlog agrees on root, tiles, entries and proofs of a served log', async (t) => {
  const program = await buildProgram(t);
  if ('missing' in program) return t.skip(program.missing);
  await using deployment = await Deployment.create();
  await generateArchive(deployment.archive, 700);
  await deployment.start();
  const url = `http://${String(deployment.service.ready.http)}`;
  const read = (from: string) => run(program.path, [from, trust.log.verifierKey, deployment.token]);

  const { size, root } = (await ArchiveReader.open(deployment.archive, trust.log.verifierKey)).checkpoint();
  assert.ok(size > 512);
  assert.deepEqual(JSON.parse((await read(url)).stdout), {
    size,
    root: Buffer.from(root).toString('base64'),
    inclusion: 7,
    consistency: 7,
  });

  for (const [path, complaint] of [
    ['/tile/0/001', /./],
    ['/tile/entries/000', /entry \d+ is not the one in the tree/],
    ['/v1/consistency', /./],
  ] as const) {
    await using proxy = await falsifying(url, path);
    await assert.rejects(read(proxy.url), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 1, path);
      assert.match(error.stderr, complaint);
      return true;
    });
  }
});

/** Passes requests on, but for one byte of the answers below a path. */
async function falsifying(url: string, prefix: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(async (request, response) => {
    const headers = request.headers.authorization ? { authorization: request.headers.authorization } : {};
    const answer = await fetch(`${url}${request.url}`, { headers });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const at = prefix.startsWith('/v1/') ? bytes.indexOf(0x5b) + 5 : 40; // In the first hash, past the bracket.
    if (request.url!.startsWith(prefix) && bytes.length > at) bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    response.writeHead(answer.status).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
