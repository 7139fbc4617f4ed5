import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cosignCheckpoint,
  ed25519NoteSigner,
  encodeTlogProof,
  encodeWitnessKey,
  leafHash,
  type NoteSigner,
  nodeHash,
  parseNote,
  signCheckpoint,
} from '@assay/tlog';
import { type Envelope, encodeEntry, kindOf, parseTrust, sealEnvelope, statementOf } from '@assay/verify';
import {
  BANK,
  bodies,
  decision,
  NOON,
  ORIGIN,
  registration,
  secrets,
  signers,
  trust,
  trustJson,
  withdrawal,
} from '../../../../../packages/verify/test/world.ts';
import { BROWSER_CHECKS, type BrowserCheck, type Subject } from './check.ts';
import { checkSubject } from './check-subject.ts';

/** A log of two entries, the bank's key and an envelope, with the receipts of both. */
async function logged(
  envelope: Envelope,
  { log = secrets.log, order = [0, 1], witnesses = [] as readonly NoteSigner[] } = {},
): Promise<Subject> {
  const key = await registration('bank-key', bodies['bank-key']);
  const leaves = [key, envelope].map(leafOf);
  const tree = order.map((i) => leaves[i]!);
  const note = await signCheckpoint(
    { origin: ORIGIN, size: 2, root: nodeHash(leafHash(tree[0]!), leafHash(tree[1]!)) },
    [ed25519NoteSigner(ORIGIN, log)],
  );
  const { text } = parseNote(note);
  const lines = await Promise.all(witnesses.map((witness) => cosignCheckpoint(text, witness, NOON / 1000)));
  const checkpoint = new TextEncoder().encode(new TextDecoder().decode(note) + lines.join(''));
  const [keyReceipt, receipt] = leaves.map((leaf) => {
    const index = tree.indexOf(leaf);
    return encodeTlogProof({ index, proof: [leafHash(tree[1 - index]!)], checkpoint });
  });
  return {
    digest: envelope.digest,
    envelope: envelope.bytes,
    table: undefined,
    leaf: leaves[1],
    receipt: receipt!,
    bankKeys: [{ envelope: key.bytes, leaf: leaves[0]!, receipt: keyReceipt! }],
  };
}

function leafOf(envelope: Envelope): Uint8Array {
  const statement = statementOf(envelope);
  return encodeEntry({
    kind: kindOf(envelope),
    ...(statement && { statement }),
    ...(envelope.predicate.type !== 'registration' && { bank: BANK }),
    receivedAt: NOON,
    registryHead: '0'.repeat(64),
    payload: { sha256: envelope.digest, size: envelope.bytes.length },
  });
}

function outcomes(subject: Subject, believed = trust): Map<BrowserCheck, string> {
  const results = [...checkSubject(subject, believed)];
  assert.deepEqual(
    results.map(({ name }) => name),
    BROWSER_CHECKS,
  );
  return new Map(results.map(({ name, outcome }) => [name, outcome]));
}

function failures(subject: Subject): BrowserCheck[] {
  return [...outcomes(subject)].flatMap(([name, outcome]) => (outcome === 'failed' ? [name] : []));
}

/** An envelope whose bytes are others, with the digest that they have. */
function altered(subject: Subject, change: (text: string) => string): Uint8Array {
  const text = new TextDecoder().decode(subject.envelope);
  const changed = change(text);
  assert.notEqual(changed, text);
  return new TextEncoder().encode(changed);
}

test('a decision that is as it was logged passes every check that applies', async () => {
  const found = outcomes(await logged(await decision(1)));
  const notRun = [...found].flatMap(([name, outcome]) => (outcome === 'passed' ? [] : [name]));
  assert.deepEqual(notRun, ['table', 'cosignatures']);
});

test('a withdrawal has a signer and a receipt, and no proof to check', async () => {
  const found = outcomes(await logged(await withdrawal(1)));
  assert.equal(found.get('signature'), 'passed');
  assert.equal(found.get('proof'), 'not-run');
  assert.equal(found.get('inclusion'), 'passed');
});

test('a registration answers to the authority of the trust document', async () => {
  assert.deepEqual(failures(await logged(await registration('scope', bodies.scope))), []);
  const forged = await registration('scope', bodies.scope, signers.stranger);
  assert.deepEqual(failures(await logged(forged)), ['signature']);
});

test('bytes that are not those of the digest fail, and nothing more is read from them', async () => {
  const subject = await logged(await decision(1));
  const envelope = altered(subject, (text) => text.replace('"proof":"', '"proof":"A'));
  const found = outcomes({ ...subject, envelope });
  assert.equal(found.get('digest'), 'failed');
  assert.equal(found.get('proof'), 'not-run');
});

test('another signer, another proof and another bank’s key are each named', async () => {
  const stranger = await logged(await decision(1));
  assert.deepEqual(failures({ ...stranger, bankKeys: [] }), ['signer']);

  const signals = await decision(1);
  const other = await decision(2);
  const swapped = await sealEnvelope(signals.predicate, other.proof, signers.bank);
  assert.deepEqual(failures(await logged(swapped)), ['proof']);

  const foreignKey = await registration('bank-key', { ...bodies['bank-key'], bank: 'other' });
  const subject = await logged(await decision(1));
  const bankKeys = [{ ...subject.bankKeys[0]!, envelope: foreignKey.bytes }];
  assert.deepEqual(failures({ ...subject, bankKeys }), ['signer']);
});

test('a key that was registered after the statement does not count', async () => {
  assert.deepEqual(failures(await logged(await decision(1), { order: [1, 0] })), ['signer']);
});

test('a checkpoint that the log did not sign, a leaf of another envelope and a proof that leads elsewhere are named', async () => {
  const foreign = await logged(await decision(1), { log: secrets.stranger });
  assert.deepEqual(failures(foreign), ['signer', 'checkpoint']);

  const [subject, other] = await Promise.all([logged(await decision(1)), logged(await decision(2))]);
  assert.deepEqual(failures({ ...subject, leaf: other.leaf }), ['entry']);
  assert.deepEqual(failures({ ...subject, receipt: other.receipt }), ['inclusion']);
});

test('of an envelope that is not kept, entry and receipt are checked all the same', async () => {
  const found = outcomes({ ...(await logged(await decision(1))), envelope: undefined });
  assert.equal(found.get('signature'), 'not-run');
  assert.equal(found.get('inclusion'), 'passed');
});

test('as many log witnesses have to have cosigned as the trust document requires', async () => {
  const [first, second] = [7, 8].map((seed) =>
    ed25519NoteSigner(`witness.example/w${seed}`, new Uint8Array(32).fill(seed)),
  );
  const named = [first!, second!].map((signer) => ({ name: signer.name, verifierKey: encodeWitnessKey(signer) }));
  const believing = (requiredWitnesses: number) =>
    parseTrust(new TextEncoder().encode(JSON.stringify({ ...trustJson(), witnesses: named, requiredWitnesses })));
  const of = async (witnesses: readonly NoteSigner[], required: number) =>
    outcomes(await logged(await decision(1), { witnesses }), believing(required)).get('cosignatures');
  assert.equal(await of([], 0), 'not-run');
  assert.equal(await of([first!], 0), 'passed');
  assert.equal(await of([first!], 1), 'passed');
  assert.equal(await of([first!], 2), 'failed');
  assert.equal(await of([], 1), 'failed');
  assert.equal(await of([first!, second!], 2), 'passed');
});
