import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifier } from '@assay/contracts';
import type { RpcClient } from '@assay/rpc';
import { bodies, MODEL, registration, SCOPE } from '../../../packages/verify/test/world.ts';
import { RegistryReader } from './in-force.ts';

const HEADS = { first: 'a1'.repeat(32), second: 'b2'.repeat(32) };

/** A registry that says what it is told to, and counts how often it is asked. */
async function registryOf(modelCommitment: bigint) {
  const kinds = Object.entries(bodies).filter(([kind]) => kind !== 'bank-key');
  const model = { bank: 'acme', scope: SCOPE, name: 'm', version: '1', conformance: '0'.repeat(64) };
  const envelopes = await Promise.all([
    ...kinds.map(([kind, body]) => registration(kind, body)),
    registration('model', { ...model, modelCommitment: String(modelCommitment) }),
  ]);
  return envelopes.map(({ bytes }) => verifier.Registration.fromPartial({ envelope: bytes }));
}

async function reader() {
  const state = {
    head: HEADS.first,
    registrations: await registryOf(MODEL),
    asked: 0,
    time: 0,
    held: Promise.resolve(),
  };
  const getInForce = async ({ atIndex = 99n }: { atIndex?: bigint }) => {
    state.asked += 1;
    const { head, registrations } = state;
    await state.held;
    return { registrations, registryHead: Buffer.from(head, 'hex'), atIndex };
  };
  const client = { call: { getInForce } } as unknown as RpcClient<typeof verifier.RegistryServiceService>;
  return { state, registry: new RegistryReader(client, () => state.time) };
}

test('what is in force is read once for many applications, and again after a while or when a registration is heard of', async () => {
  const { state, registry } = await reader();
  const first = await registry.inForce(SCOPE);
  assert.equal(first?.modelCommitment, MODEL);
  state.time = 999;
  assert.equal(await registry.inForce(SCOPE), first);
  assert.equal(state.asked, 1);
  state.time = 1_000;
  assert.equal(await registry.inForce(SCOPE), first, 'compiled once for one head');
  assert.equal(state.asked, 2);
  Object.assign(state, { head: HEADS.second, registrations: await registryOf(777n) });
  assert.equal(await registry.inForce(SCOPE), first);
  registry.changed();
  assert.equal((await registry.inForce(SCOPE))?.modelCommitment, 777n);
  assert.equal(state.asked, 3);
});

test('what was asked before a registration was heard of is not kept', async () => {
  const { state, registry } = await reader();
  const late = Promise.withResolvers<void>();
  state.held = late.promise;
  const asked = registry.inForce(SCOPE);
  Object.assign(state, { head: HEADS.second, registrations: await registryOf(777n), held: Promise.resolve() });
  registry.changed();
  late.resolve();
  assert.equal((await asked)?.modelCommitment, MODEL);
  assert.equal((await registry.inForce(SCOPE))?.modelCommitment, 777n);
});

test('what an entry saw is known by its registry head, and asked for where that is another', async () => {
  const { state, registry } = await reader();
  const now = await registry.inForce(SCOPE);
  assert.equal(await registry.inForce(SCOPE, { index: 7n, registryHead: HEADS.first }), now);
  assert.equal(state.asked, 1);
  Object.assign(state, { head: HEADS.second, registrations: await registryOf(777n) });
  const before = await registry.inForce(SCOPE, { index: 8n, registryHead: HEADS.second });
  assert.equal(before?.modelCommitment, 777n);
  assert.equal(await registry.inForce(SCOPE, { index: 9n, registryHead: HEADS.second }), before);
  assert.equal(state.asked, 2);
  assert.equal(await registry.inForce(SCOPE), now);
  assert.equal(await registry.inForce(SCOPE, { index: 10n }), before, 'without a head the registry is asked');
  assert.equal(state.asked, 3);
});
