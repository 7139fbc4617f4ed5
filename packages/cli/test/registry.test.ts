import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifier } from '@assay/client';
import { RpcError, RpcServer, serve } from '@assay/rpc';
import { dsseSignedBy, keyIdOf, parseEnvelope } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bodies, intake, signers } from '../../verify/test/world.ts';
import { assay } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-cli-'));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);
writeFileSync(at('body.json'), JSON.stringify(bodies['revocation-root'], undefined, 2));
writeFileSync(at('key'), new Uint8Array(32).fill(2), { mode: 0o600 });
const sign = (...more: string[]) => assay('registry', 'sign', '--kind', 'revocation-root', ...more);

test('a key is made for its owner alone, never over another, and known by its id', async () => {
  const { status, stdout } = await assay('keygen', '--out', at('new'));
  assert.equal(status, 0);
  assert.equal(statSync(at('new')).mode & 0o777, 0o600);
  const publicKey = ed25519.getPublicKey(new Uint8Array(readFileSync(at('new'))));
  const base64 = Buffer.from(publicKey).toString('base64');
  assert.deepEqual(JSON.parse(stdout), { publicKey: base64, keyId: keyIdOf(publicKey) });
  assert.equal((await assay('keygen', '--out', at('new'))).status, 2);
});

test('a registration is signed with what it replaces, and can be inspected', async () => {
  const digest = 'ab'.repeat(32);
  const { status, stdout } = await sign(
    '--body',
    at('body.json'),
    '--key',
    at('key'),
    '--out',
    at('e'),
    '--after',
    digest,
  );
  assert.equal(status, 0);
  const envelope = parseEnvelope(new Uint8Array(readFileSync(at('e'))));
  assert.equal(stdout.trim(), envelope.digest);
  assert.ok(dsseSignedBy(envelope.dsse, signers.issuers.publicKey));
  const shown = JSON.parse((await assay('inspect-envelope', at('e'))).stdout) as object;
  assert.deepEqual(shown, {
    digest: envelope.digest,
    bytes: envelope.bytes.length,
    signedBy: keyIdOf(signers.issuers.publicKey),
    verified: false,
    type: 'registration',
    kind: 'revocation-root',
    body: bodies['revocation-root'],
    after: digest,
  });
});

test('a statement is shown with its public signals by name', async () => {
  writeFileSync(at('intake'), (await intake(1)).bytes);
  const { stdout } = await assay('inspect-envelope', at('intake'));
  const shown = JSON.parse(stdout) as { publicSignals: Record<string, string>; proofBytes: number };
  assert.equal(shown.publicSignals.nullifier, '30001');
  assert.equal(shown.proofBytes, 128);
  assert.equal((await assay('inspect-envelope', at('key'))).status, 1);
});

test('what cannot be registered is not signed', async () => {
  writeFileSync(at('bad.json'), '{"root": 5}');
  const bad = await sign('--body', at('bad.json'), '--key', at('key'), '--out', at('never'));
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /body.root is not a string/);
  const after = await sign('--body', at('body.json'), '--key', at('key'), '--out', at('never'), '--after', 'x');
  assert.equal(after.status, 2);
  assert.equal((await sign('--body', at('body.json'))).status, 2);
});

test('a key that others may read is not used', async () => {
  writeFileSync(at('open'), new Uint8Array(32).fill(2));
  chmodSync(at('open'), 0o644);
  const { status, stderr } = await sign('--body', at('body.json'), '--key', at('open'), '--out', at('never'));
  assert.equal(status, 2);
  assert.match(stderr, /chmod 600/);
});

test('a registration is submitted; a refusal ends with status 1 and its reason, a wrong call with 2', async () => {
  const submitted: Uint8Array[] = [];
  const refuse = async (): Promise<never> => {
    throw new RpcError('FAILED_PRECONDITION', 'it does not fit', { reason: 'REGISTRATION_OUTDATED' });
  };
  const server = new RpcServer({
    security: { kind: 'insecure-loopback' },
    services: [
      serve(verifier.RegistryServiceService, {
        submitRegistration: async ({ envelope }) => {
          submitted.push(envelope);
          if (submitted.length > 1) return refuse();
          const registration = { ...verifier.Registration.fromPartial({}), index: 7n, digest: new Uint8Array(32) };
          return { registration };
        },
        getRegistration: refuse,
        listRegistrations: refuse,
        getInForce: refuse,
      }),
    ],
  });
  const { port } = await server.listen('127.0.0.1:0');
  const address = `127.0.0.1:${port}`;
  await sign('--body', at('body.json'), '--key', at('key'), '--out', at('s'));
  const accepted = await assay('registry', 'submit', at('s'), '--verifier', address);
  assert.equal(accepted.stdout, `entry 7, in force from the next: ${'00'.repeat(32)}\n`);
  assert.deepEqual(Buffer.from(submitted[0]!), readFileSync(at('s')));
  const refused = await assay('registry', 'submit', at('s'), '--verifier', address);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /REGISTRATION_OUTDATED: it does not fit/);
  await server.drain(0);
  const insecure = await assay('registry', 'submit', at('s'), '--verifier', '192.0.2.1:1');
  assert.equal(insecure.status, 2);
  assert.match(insecure.stderr, /INSECURE_ADDRESS/);
  assert.equal((await assay('registry', 'submit', at('s'))).status, 2);
});
