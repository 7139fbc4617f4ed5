import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type SpawnedService, spawnService } from '@assay/testkit';
import { ed25519NoteSigner, encodeWitnessKey, parseTlogProof } from '@assay/tlog';
import { openHead, parseTrust } from '@assay/verify';
import { assay } from '../../../packages/cli/test/run.ts';
import { jsonBytes, registration, trustJson } from '../../../packages/verify/test/world.ts';
import { Deployment } from './deployment.ts';

const WITNESS = new URL('../../log-witness/src/main.ts', import.meta.url).pathname;
const secret = new Uint8Array(32).fill(33);
const verifierKey = encodeWitnessKey(ed25519NoteSigner('witness.example/w1', secret));
const trustDocument = jsonBytes({
  ...trustJson(),
  witnesses: [{ name: 'city', verifierKey }],
  requiredWitnesses: 1,
});
const trust = parseTrust(trustDocument);

const root = mkdtempSync(join(tmpdir(), 'assay-cosignatures-'));
const config = join(root, 'witness.json');
let witness: SpawnedService;
let deployment: Deployment;

/** Starts the log witness where it was before. */
async function startWitness(listen = '127.0.0.1:0'): Promise<void> {
  const logs = [{ verifierKey: trust.log.verifierKey }];
  const keyFile = join(root, 'witness.key');
  writeFileSync(
    config,
    JSON.stringify({ dir: join(root, 'state'), keyFile, name: 'witness.example/w1', listen, logs }),
  );
  witness = await spawnService({ entry: WITNESS, env: { ASSAY_CONFIG: config } });
}

before(async () => {
  writeFileSync(join(root, 'witness.key'), secret, { mode: 0o600 });
  await startWitness();
  deployment = await Deployment.ready({}, { witnesses: [{ verifierKey, url: `http://${witness.ready.address}` }] });
});
after(async () => {
  await deployment[Symbol.asyncDispose]();
  await witness.stop();
  rmSync(root, { recursive: true });
});

const head = () => openHead(readFileSync(join(deployment.archive, 'checkpoint')), trust);

/** Resolves once the checkpoint on disk is cosigned. */
async function cosigned(): Promise<void> {
  const done = Promise.withResolvers<void>();
  const look = (): void => {
    if (head().cosigners.length > 0) done.resolve();
  };
  const watcher = watch(deployment.archive, look);
  look();
  await done.promise;
  watcher.close();
}

/** Registers one more key, so that the log grows by an entry. */
async function grow(n: number): Promise<number> {
  const { bytes } = await registration('bank-key', {
    bank: `bank-${n}`,
    publicKey: btoa(String(n).repeat(32).slice(0, 32)),
  });
  const { registration: filed } = await deployment.registry().call.submitRegistration({ envelope: bytes });
  return Number(filed!.index);
}

test('checkpoints are cosigned on disk, over HTTP and in receipts, and verify-archive says by whom', async () => {
  const index = await grow(1);
  await cosigned();
  const { checkpoint, cosigners } = head();
  assert.equal(checkpoint.size, index + 1);
  assert.deepEqual(
    cosigners.map(({ name }) => name),
    ['city'],
  );
  const served = await (await deployment.fetch('/checkpoint')).arrayBuffer();
  assert.deepEqual(new Uint8Array(served), checkpoint.note);
  const { receipt } = await deployment.verifier().call.getReceipt({ name: { $case: 'index', value: BigInt(index) } });
  assert.deepEqual(parseTlogProof(receipt).checkpoint, checkpoint.note);
  const trustFile = join(root, 'trust.json');
  writeFileSync(trustFile, trustDocument);
  const { status, stdout, stderr } = await assay('verify-archive', deployment.archive, '--trust', trustFile);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^cosigned {4}by city at 20/m);
});

test('a log witness that is gone delays nothing, and signs the newest checkpoint when it is back', async () => {
  const address = witness.ready.address!;
  await witness.kill();
  const index = await grow(2);
  assert.equal(head().checkpoint.size, index + 1);
  assert.deepEqual(head().cosigners, []);
  const { status, stderr } = await assay('verify-archive', deployment.archive, '--trust', join(root, 'trust.json'));
  assert.equal(status, 1);
  assert.match(stderr, /0 of the trusted log witnesses cosigned the checkpoint, 1 are required/);
  await startWitness(address);
  await cosigned();
  assert.equal(head().checkpoint.size, index + 1);
});
