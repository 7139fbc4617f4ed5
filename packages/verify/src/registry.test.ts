import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MerkleTree8 } from '@assay/field';
import { schemaId } from '@assay/schema';
import { compileFairnessPolicy, compilePartitions, TREE_DEPTHS } from '@assay/statements';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { Bench, beginning } from '../test/bench.ts';
import {
  authorityOf,
  BANK,
  base64,
  bodies,
  conformance,
  decision,
  fairnessDocument,
  intake,
  MODEL,
  modelRegistration,
  NOON,
  partitionsDocument,
  reasons,
  reasonsDocument,
  registration,
  SCOPE,
  schema,
  schemaDocument,
  signers,
  slot,
} from '../test/world.ts';
import { type Envelope, sealEnvelope } from './envelope.ts';
import type { JsonObject } from './json.ts';

const emptyRoot = (depth: number): string => String(new MerkleTree8(depth).emptyRoot);
const model = async (changes: JsonObject = {}): Promise<Envelope> => modelRegistration(await conformance(), changes);

/** A registration that says what it replaces. */
function after(before: Envelope, kind: string, body: JsonObject): Promise<Envelope> {
  const predicate = { type: 'registration', kind, body, after: before.digest } as const;
  return sealEnvelope(predicate, new Uint8Array(), authorityOf(kind));
}

/** What is said of a registration over everything that the tests begin with, or over less. */
const CASES: Readonly<Record<string, { envelope: () => Promise<Envelope>; log?: () => Promise<Bench>; says: string }>> =
  {
    'a second key of the bank': {
      envelope: () => registration('bank-key', { bank: BANK, publicKey: base64(signers.stranger.publicKey) }),
      says: 'accepted',
    },
    'a key that is none': {
      envelope: () => registration('bank-key', { bank: BANK, publicKey: 'AAAA' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a body with more': {
      envelope: () => registration('revocation-root', { root: '5', note: '' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a root that is no decimal': {
      envelope: () => registration('revocation-root', { root: 5 }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a schema that is none': {
      envelope: () => registration('schema', { document: { name: 'x' } }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'another schema': {
      envelope: () =>
        registration('schema', { document: { ...schemaDocument, version: '2' } as unknown as JsonObject }),
      says: 'accepted',
    },
    'a policy with the hash of another': {
      envelope: () => registration('policy', { ...bodies.policy, policyHash: '5' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a policy that does not compile': {
      envelope: () =>
        registration('policy', {
          ...bodies.policy,
          policyHash: '5',
          document: { ...bodies.policy.document, cel: 'height > 3' },
        }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a policy before its schema': {
      log: async () => new Bench(),
      envelope: () => registration('policy', bodies.policy),
      says: 'pending context REFERENCE_MISSING',
    },
    'partitions with the hash of others': {
      envelope: () => registration('partitions', { ...bodies.partitions, partitionsHash: '5' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a fairness policy over unknown partitions': {
      envelope: () => registration('fairness-policy', { ...bodies['fairness-policy'], partitionsHash: '5' }),
      says: 'rejected uniqueness REGISTRATION_REPEATED',
    },
    'a fairness policy before its partitions': {
      log: async () => new Bench(),
      envelope: () => registration('fairness-policy', bodies['fairness-policy']),
      says: 'pending context REFERENCE_MISSING',
    },
    'a regulator key of low order': {
      envelope: () =>
        registration('fairness-policy', {
          ...bodies['fairness-policy'],
          fairnessPolicyHash: '5',
          document: { ...bodies['fairness-policy'].document, regulatorKey: ['0', '1'] },
        }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'the issuers of an unknown schema': {
      envelope: () => registration('issuer-root', { root: '5', schemaId: '6' }),
      says: 'pending context REFERENCE_MISSING',
    },
    'no issuers': {
      log: withoutRoots,
      envelope: () =>
        registration('issuer-root', { root: emptyRoot(TREE_DEPTHS.issuers), schemaId: String(schema.id) }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'an empty revocation tree': {
      log: withoutRoots,
      envelope: () => registration('revocation-root', { root: emptyRoot(TREE_DEPTHS.revocation) }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'an empty screening tree': {
      log: withoutRoots,
      envelope: () => registration('screening-root', { root: emptyRoot(TREE_DEPTHS.screening) }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a root of zero': {
      log: withoutRoots,
      envelope: () => registration('screening-root', { root: '0' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a scope before its documents': {
      log: async () => new Bench(),
      envelope: () => registration('scope', bodies.scope),
      says: 'pending context REFERENCE_MISSING',
    },
    'a scope of two parts': {
      envelope: () => registration('scope', { ...bodies.scope, scope: 'acme/consumer' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a scope with a ceiling above everything': {
      envelope: () => registration('scope', { ...bodies.scope, withdrawalCeilingPermille: 1001 }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a scope whose models may read a protected slot': {
      log: async () => {
        const bench = new Bench();
        for (const one of (await beginning()).slice(0, 5)) bench.append(one);
        return bench;
      },
      envelope: () => registration('scope', { ...bodies.scope, prohibitedMask: 2 }),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a scope without a deadline': {
      envelope: () => registration('scope', { ...bodies.scope, closingDeadlineSeconds: undefined }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a model in a scope that is not registered': {
      envelope: () => model({ scope: 'acme/consumer/2027q1' }),
      says: 'pending context SCOPE_MISSING',
    },
    'a model before its conformance': {
      log: () => Bench.registered(),
      envelope: () => model(),
      says: 'pending context MODEL_MISSING',
    },
    'a model in a scope of another bank': {
      log: () => Bench.registered(),
      envelope: () => model({ scope: 'other/consumer/2026q1' }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'another model than the conformance statement is about': {
      log: conforming(),
      envelope: () => model({ modelCommitment: '5' }),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a model that reads what the scope prohibits': {
      log: conforming({ prohibitedMask: 2n as never }),
      envelope: async () => modelRegistration(await conformance({ prohibitedMask: 2n as never })),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a model that keeps away from more than the scope prohibits': {
      log: conforming({ prohibitedMask: 7n as never }),
      envelope: async () => modelRegistration(await conformance({ prohibitedMask: 7n as never })),
      says: 'accepted',
    },
    'a model with what its reasons are measured against': {
      log: conforming(),
      envelope: () => model({ reasons }),
      says: 'accepted',
    },
    'reasons over another schema than the scope has': {
      log: conforming(),
      envelope: () => model({ reasons: { ...reasons, schemaId: '5' } }),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'reasons under another hash than that of their baseline': {
      log: conforming(),
      envelope: () => model({ reasons: { ...reasons, baselineHash: '5' } }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'reasons whose document does not compile': {
      log: conforming(),
      envelope: () => model({ reasons: { ...reasons, document: { ...reasonsDocument, baseline: {} } } }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'reasons with more members': {
      log: conforming(),
      envelope: () => model({ reasons: { ...reasons, note: '' } }),
      says: 'rejected context REGISTRATION_INVALID',
    },
    'a slot of a scope that is not registered': {
      envelope: () => registration('slot', { scope: 'acme/consumer/2027q1', slot: 1, from: 0, to: 1 }),
      says: 'pending context SCOPE_MISSING',
    },
    'the first slot': { envelope: () => slot(1, NOON, NOON + 1), says: 'accepted' },
    'a first slot that is not the first': {
      envelope: () => slot(2, NOON, NOON + 1),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a slot without an instant': {
      envelope: () => slot(1, NOON, NOON),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a first slot after the first intake': {
      log: async () => {
        const bench = await Bench.ready();
        bench.append(await intake(1));
        return bench;
      },
      envelope: () => slot(1, NOON + 1, NOON + 2),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a slot with a gap before it': {
      log: async () => Bench.ready([await slot(1, NOON, NOON + 1)]),
      envelope: () => slot(2, NOON + 2, NOON + 3),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a slot that overlaps the one before': {
      log: async () => Bench.ready([await slot(1, NOON, NOON + 10)]),
      envelope: () => slot(2, NOON + 9, NOON + 20),
      says: 'rejected context REGISTRATION_CONFLICT',
    },
    'a slot that follows': {
      log: async () => Bench.ready([await slot(1, NOON, NOON + 1)]),
      envelope: () => slot(2, NOON + 1, NOON + 3),
      says: 'accepted',
    },
  };

for (const [what, { envelope, log = () => Bench.ready(), says }] of Object.entries(CASES)) {
  test(`${what}: ${says}`, async () => {
    assert.equal((await log()).code(await envelope()), says);
  });
}

test('partitions over slots that the policy need not have attested are not to be registered for a scope', async () => {
  const document = {
    ...partitionsDocument,
    partitions: [
      {
        ...partitionsDocument.partitions[0]!,
        attribute: 'income',
        intervals: [{ from: '0', group: 'young' }],
      },
    ],
  };
  const compiled = compilePartitions(document, schema);
  const partitionsHash = String(compiled.hash);
  const fairnessPolicyHash = String(compileFairnessPolicy(fairnessDocument, compiled).hash);
  const bench = await withoutRoots();
  const asJson = document as unknown as JsonObject;
  await bench.accept(registration('partitions', { ...bodies.partitions, document: asJson, partitionsHash }));
  const rules = { ...bodies['fairness-policy'], partitionsHash, fairnessPolicyHash };
  await bench.accept(registration('fairness-policy', rules));
  const scope = { ...bodies.scope, partitionsHash, fairnessPolicyHash };
  assert.equal(bench.code(await registration('scope', scope)), 'rejected context REGISTRATION_CONFLICT');
});

test('what is registered is in force from the next entry on, and moves the head of the registry', async () => {
  const bench = new Bench();
  const [first, second] = await beginning();
  assert.equal(bench.ledger.registry.head, '0'.repeat(64));
  assert.deepEqual(bench.ledger.registry.bankKeys(BANK), []);
  bench.append(first!);
  const one = bytesToHex(sha256(concatBytes(new Uint8Array(32), hexToBytes(first!.digest))));
  assert.equal(bench.ledger.registry.head, one);
  assert.deepEqual(bench.ledger.registry.bankKeys(BANK), [signers.bank.publicKey]);
  bench.append(second!);
  assert.equal(
    bench.ledger.registry.head,
    bytesToHex(sha256(concatBytes(hexToBytes(one), hexToBytes(second!.digest)))),
  );
  assert.equal(bench.ledger.registry.schema(schemaId(schemaDocument))?.id, schema.id);
});

test('a document is registered once', async () => {
  const bench = await Bench.ready();
  for (const [kind, body] of Object.entries(bodies).slice(0, 5)) {
    assert.equal(bench.code(await registration(kind, body)), 'rejected uniqueness REGISTRATION_REPEATED', kind);
    const before = await registration(kind, body);
    assert.equal(bench.code(await after(before, kind, body)), 'rejected uniqueness REGISTRATION_REPEATED', kind);
  }
});

test('a registration replaces what it says it replaces, and nothing else: an old one that is shown again is refused', async () => {
  const bench = await Bench.ready();
  const first = await registration('revocation-root', bodies['revocation-root']);
  const second = await after(first, 'revocation-root', { root: '900' });
  const heldBack = await after(first, 'revocation-root', { root: '901' });
  await bench.accept(second);
  const again = await registration('revocation-root', { root: '902' });
  for (const old of [again, heldBack, await after(first, 'revocation-root', { root: '900' })]) {
    assert.equal(bench.code(old), 'rejected uniqueness REGISTRATION_OUTDATED');
  }
  await bench.accept(await after(second, 'revocation-root', bodies['revocation-root']));
  assert.ok(bench.ledger.registry.rootInForce('revocation-root', schema.id, 102n, NOON, 0));
});

test('each schema has issuers of its own', async () => {
  const bench = await Bench.ready();
  const document = { ...schemaDocument, version: '2' } as unknown as JsonObject;
  await bench.accept(registration('schema', { document }));
  const other = schemaId(document as unknown as typeof schemaDocument);
  await bench.accept(registration('issuer-root', { root: '900', schemaId: String(other) }));
  bench.now = NOON + 3_600_000;
  assert.equal(bench.code(await intake(1)), 'accepted');
  assert.equal(bench.code(await intake(1, { issuerRoot: 900n })), 'rejected context ROOT_NOT_IN_FORCE');
});

test('an intake is held to what was in force when it was admitted', async () => {
  const bench = await Bench.ready();
  await bench.accept(intake(1));
  const [, , , , , , , , , , registered] = await beginning();
  const second = await conformance({ modelCommitment: 502n as never });
  await bench.accept(second);
  const body = {
    bank: BANK,
    scope: SCOPE,
    name: 'scorecard',
    version: '2',
    modelCommitment: '502',
    conformance: second.digest,
  };
  await bench.accept(after(registered!, 'model', body));
  await bench.accept(intake(2));
  assert.equal(bench.code(await decision(1)), 'accepted');
  assert.equal(bench.code(await decision(1, { modelCommitment: 502n })), 'rejected context MODEL_NOT_IN_FORCE');
  assert.equal(bench.code(await decision(2)), 'rejected context MODEL_NOT_IN_FORCE');
  assert.equal(bench.code(await decision(2, { modelCommitment: 502n })), 'accepted');
});

test('a model that a stricter scope outlaws decides no later intake, until one that keeps the rules is registered', async () => {
  const bench = await Bench.ready();
  await bench.accept(intake(1));
  const before = await registration('scope', bodies.scope);
  await bench.accept(after(before, 'scope', { ...bodies.scope, prohibitedMask: 3 }));
  assert.equal(bench.code(await intake(2)), 'pending context MODEL_MISSING');
  assert.equal(bench.code(await decision(1)), 'accepted');
  assert.equal(bench.ledger.registry.pin(SCOPE)?.modelCommitment, undefined);
  const proof = await conformance({ prohibitedMask: 3n as never });
  await bench.accept(proof);
  const [, , , , , , , , , , registered] = await beginning();
  const body = {
    bank: BANK,
    scope: SCOPE,
    name: 'scorecard',
    version: '2',
    modelCommitment: String(MODEL),
    conformance: proof.digest,
  };
  await bench.accept(after(registered!, 'model', body));
  assert.equal(bench.code(await intake(2)), 'accepted');
});

/** A log that has no roots yet. */
async function withoutRoots(): Promise<Bench> {
  const bench = new Bench();
  for (const one of (await beginning()).slice(0, 5)) bench.append(one);
  return bench;
}

/** A log with a conformance statement and no model. */
function conforming(changes: Parameters<typeof conformance>[0] = {}): () => Promise<Bench> {
  return async () => {
    const bench = await Bench.registered();
    bench.append(await conformance(changes));
    return bench;
  };
}
