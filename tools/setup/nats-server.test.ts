import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { SetupError } from './error.ts';
import { natsServerBinary } from './nats-server.ts';

const VARIABLES = ['ASSAY_CACHE_DIR', 'NATS_SERVER_BIN', 'PATH'] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-nats-'));
  process.env.ASSAY_CACHE_DIR = join(folder, 'cache');
  delete process.env.NATS_SERVER_BIN;
  process.env.PATH = join(folder, 'path');
});

afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

async function placeServer(path: string, version: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(file, 0o755);
  return file;
}

test('the one that NATS_SERVER_BIN names comes first', async () => {
  await placeServer('path/nats-server', '2.12.0');
  const named = await placeServer('own/server', '2.10.0');
  process.env.NATS_SERVER_BIN = named;
  assert.equal(await natsServerBinary(), named);
  assert.equal(await readlink(join(folder, 'cache/bin/nats-server')), named);
});

test('one that is named but too old is refused, not passed over', async () => {
  await placeServer('path/nats-server', '2.12.0');
  process.env.NATS_SERVER_BIN = await placeServer('own/server', '2.9.10');
  await assert.rejects(natsServerBinary(), SetupError);
});

test('one on PATH that is new enough comes before the cache', async () => {
  await placeServer('cache/nats-server/2.11.1-1/usr/sbin/nats-server', '2.11.1');
  const onPath = await placeServer('path/nats-server', '2.10.1');
  assert.equal(await natsServerBinary(), onPath);
});

test('one on PATH that is too old is passed over for the cache', async () => {
  await placeServer('path/nats-server', '2.9.10');
  const cached = await placeServer('cache/nats-server/2.11.1-1/usr/sbin/nats-server', '2.11.1');
  assert.equal(await natsServerBinary(), cached);
});

test('without any, and without apt, the message says what to install', async () => {
  await assert.rejects(natsServerBinary(), (error) => {
    assert.ok(error instanceof SetupError);
    assert.match(error.message, /NATS_SERVER_BIN/);
    return true;
  });
});
