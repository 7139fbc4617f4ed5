import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { spawnService } from '@assay/testkit';
import { TestAuthority } from '../../../packages/rpc/src/fixture.ts';
import { Deployment } from './deployment.ts';
import { documented } from './documented.ts';

const [authority, stranger] = [new TestAuthority(), new TestAuthority()];
const files = mkdtempSync(join(tmpdir(), 'assay-tls-'));
after(() => {
  for (const made of [authority, stranger]) made.remove();
  rmSync(files, { recursive: true });
});
const pemFile = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(files, name), bytes, { mode: 0o600 });
  return join(files, name);
};
const { certificate, key } = authority.issue('verifier');
const [certificateFile, keyFile] = [pemFile('verifier.pem', certificate), pemFile('verifier.key', key)];
const deployment = await Deployment.create({ http: { security: { kind: 'tls', certificateFile, keyFile } } });
after(() => deployment[Symbol.asyncDispose]());
await deployment.start();
const [host, port] = String(deployment.service.ready.http).split(':') as [string, string];

/** A response over TLS from a server whose certificate is checked. */
async function get(path: string, ca: Uint8Array = authority.certificate): Promise<Response> {
  const headers = { authorization: `Bearer ${deployment.token}` };
  const sent = request({ host, port, path, headers, ca: Buffer.from(ca), agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const given = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(await text(answer), { status: answer.statusCode!, headers: given });
}

test('the API answers over TLS, and has browsers keep to it', async () => {
  const response = await get('/v1/archive');
  assert.equal(response.headers.get('strict-transport-security'), 'max-age=31536000');
  const { treeSize } = (await documented('getArchive', response)) as { readonly treeSize: number };
  assert.equal(treeSize, 0);
  const checkpoint = await get('/checkpoint');
  assert.match(String(await documented('getCheckpoint', checkpoint)), /^INSECURE-DEMO\//);
});

test('a client that does not trust the authority gets nothing', async () => {
  await assert.rejects(get('/v1/archive', stranger.certificate), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('a plain request gets no answer', async () => {
  const socket = connect({ host, port: Number(port) });
  socket.end('GET /checkpoint HTTP/1.1\r\nhost: localhost\r\n\r\n');
  assert.doesNotMatch(await text(socket), /HTTP|INSECURE/);
});

test('versions of TLS that are known to be weak are refused', async () => {
  const socket = connectTls({
    ...{ host, port: Number(port), ca: authority.certificate },
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  });
  await assert.rejects(once(socket, 'secureConnect'), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
});

test('a certificate that cannot be used is named when the verifier starts', async () => {
  const other = pemFile('other.key', stranger.issue('other').key);
  for (const [security, reason] of [
    [{ certificateFile, keyFile: join(files, 'none') }, /http\.security\.keyFile names a file that cannot be read/],
    [{ certificateFile, keyFile: other }, /http\.security cannot be used/],
  ] as const) {
    await using refused = await Deployment.create({ http: { security: { kind: 'tls', ...security } } });
    const entry = new URL('../src/main.ts', import.meta.url).pathname;
    const env = { ASSAY_CONFIG: join(refused.root, 'config.json') };
    await assert.rejects(spawnService({ entry, env }), reason);
  }
});
