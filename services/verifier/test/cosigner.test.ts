import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock, test } from 'node:test';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { nativeNoteSigner } from '@assay/archive';
import { createLogger } from '@assay/telemetry';
import { cosignCheckpoint, ed25519NoteSigner, encodeWitnessKey, type NoteVerifier, parseNote } from '@assay/tlog';
import { NOON, secrets, trust } from '../../../packages/verify/test/world.ts';
import { Archivist } from '../src/archivist.ts';
import { Cosigner } from '../src/cosigner.ts';

const witnessOf = (n: number) => ed25519NoteSigner(`witness.example/w${n}`, new Uint8Array(32).fill(33 + n));
const signer = witnessOf(0);
const verifierKey = encodeWitnessKey(signer);
const logger = createLogger('test', { write: () => undefined });
/** Longer than a round: it ends once it is let. */
const ROUND_MS = 550;
const root = mkdtempSync(join(tmpdir(), 'assay-cosigner-'));
const opened: Archivist[] = [];
after(async () => {
  for (const archivist of opened) await archivist.close();
  rmSync(root, { recursive: true });
});

async function openArchivist(name: string): Promise<Archivist> {
  const archivist = await Archivist.open({
    dir: join(root, name),
    trust,
    signer: nativeNoteSigner(trust.log.origin, secrets.log),
    clock: () => NOON,
  });
  opened.push(archivist);
  return archivist;
}

/** Serves what takes the place of a log witness. @returns its address, and the server */
async function serve(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The cosignature that a request asks for. */
async function cosignatureFor(request: IncomingMessage, by = signer): Promise<string> {
  const body = Buffer.concat(await request.toArray()).toString();
  const note = body.slice(body.indexOf('\n\n') + 2);
  return await cosignCheckpoint(parseNote(Buffer.from(note)).text, by, NOON / 1000);
}

test('a log witness that answers with a size that is none is asked again, as before', async () => {
  const archivist = await openArchivist('sizes');
  const lines: string[] = [];
  const done = Promise.withResolvers<void>();
  const { url } = await serve(async (request, response) => {
    const cosignature = await cosignatureFor(request);
    lines.push(cosignature);
    if (lines.length === 1) response.writeHead(409).end('-1\n');
    else response.end(cosignature);
    if (lines.length === 2) done.resolve();
  });
  await using _cosigner = new Cosigner(archivist, [{ url, verifierKey }], logger);
  await done.promise;
  assert.equal(lines.length, 2);
});

test('a log witness that does not answer keeps nobody waiting who stops', { timeout: 5_000 }, async () => {
  const archivist = await openArchivist('silent');
  const { server, url } = await serve(() => undefined);
  const asked = once(server, 'request');
  const cosigner = new Cosigner(archivist, [{ url, verifierKey }], logger);
  await asked;
  await cosigner[Symbol.asyncDispose]();
});

test('whoever asks when a round ends is heard, however few turns after it', async () => {
  const archivist = await openArchivist('rounds');
  const { url } = await serve(async (request, response) => {
    response.end(await cosignatureFor(request, witnessOf(Number(request.url!.split('/')[1]))));
  });
  // One log witness for each number of turns that are waited. Their rounds last until the test lets them end.
  const TURNS = 10;
  const ends = new Map<string, PromiseWithResolvers<boolean>>();
  const begun = Promise.withResolvers<void>();
  mock.method(archivist.archive, 'cosign', (_: Uint8Array, [key]: readonly NoteVerifier[]) => {
    const end = Promise.withResolvers<boolean>();
    if (ends.set(key!.name, end).size === TURNS) begun.resolve();
    return end.promise;
  });
  const cosigners = Array.from({ length: TURNS }, (_, turns) => {
    const asked = { url: `${url}/${turns}`, verifierKey: encodeWitnessKey(witnessOf(turns)) };
    return new Cosigner(archivist, [asked], logger);
  });
  await begun.promise;
  await delay(ROUND_MS);
  const looks = mock.method(archivist.archive, 'checkpoint');
  for (const [turns, cosigner] of cosigners.entries()) {
    const before = looks.mock.callCount();
    ends.get(witnessOf(turns).name)!.resolve(false);
    for (let turn = 0; turn < turns; turn++) await undefined;
    cosigner.ask();
    await immediate();
    assert.equal(looks.mock.callCount(), before + 1, `asked ${turns} turns after the end`);
  }
  const disposed = cosigners.map((cosigner) => cosigner[Symbol.asyncDispose]());
  for (const end of ends.values()) end.resolve(false);
  await Promise.all(disposed);
});
