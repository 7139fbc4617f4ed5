import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64, conformance, intake, registration, signers, withdrawal } from '../test/world.ts';
import { canonicalJson } from './canonical-json.ts';
import { formatDsse, signDsse } from './dsse.ts';
import { type Envelope, MAX_ENVELOPE_BYTES, parseEnvelope } from './envelope.ts';
import { VerifyError } from './error.ts';

type Json = Record<string, unknown>;

const proved = await intake(1);
const withdrawn = await withdrawal(1);
const registered = await registration('revocation-root', { root: '5' });
const conforming = await conformance();
const fairness = await signed(proved, (statement) => {
  const context = { bank: 'acme', scope: 'acme/a/b', window: 1, closings: 'all' };
  return { ...statement, predicate: { ...(statement.predicate as Json), statement: 'fairness', context } };
});

/** The envelope's outer document with a change. */
function outer(envelope: Envelope, change: (document: Json) => unknown): Uint8Array {
  const document = JSON.parse(new TextDecoder().decode(envelope.bytes)) as Json;
  return utf8ToBytes(canonicalJson(change(document)));
}

/** The envelope with another statement, signed anew: what a signer of bad faith can make. */
async function signed(envelope: Envelope, change: (statement: Json) => unknown): Promise<Uint8Array> {
  const statement = JSON.parse(new TextDecoder().decode(envelope.dsse.payload)) as Json;
  return payload(envelope, utf8ToBytes(canonicalJson(change(statement))));
}

async function payload(envelope: Envelope, bytes: Uint8Array): Promise<Uint8Array> {
  const dsse = formatDsse(await signDsse(bytes, signers.bank));
  return outer(envelope, (document) => ({ ...document, dsse }));
}

const predicate =
  (changes: Json) =>
  (statement: Json): Json => ({ ...statement, predicate: { ...(statement.predicate as Json), ...changes } });
const context =
  (changes: Json) =>
  (statement: Json): Json => {
    const given = statement.predicate as Json;
    return { ...statement, predicate: { ...given, context: { ...(given.context as Json), ...changes } } };
  };

for (const [name, { bytes, digest }] of Object.entries({ proved, withdrawn, registered, conforming })) {
  test(`an envelope (${name}) is read back under the digest of its bytes`, () => {
    const read = parseEnvelope(bytes);
    assert.equal(read.digest, digest);
    assert.equal(read.digest, bytesToHex(sha256(bytes)));
  });
}

test('a fairness statement names its window', () => {
  const { predicate } = parseEnvelope(fairness);
  assert.deepEqual(predicate.type === 'proof' && predicate.context, {
    bank: 'acme',
    scope: 'acme/a/b',
    window: 1,
    closings: 'all',
  });
});

const text = new TextDecoder().decode(proved.bytes);
const dsse = JSON.parse(text).dsse as Json & { signatures: Json[] };
const signature = dsse.signatures[0]!;
const FORMS: Readonly<Record<string, Uint8Array>> = {
  'trailing white space': utf8ToBytes(`${text}\n`),
  'trailing garbage': utf8ToBytes(`${text}{}`),
  'leading white space': utf8ToBytes(` ${text}`),
  'a byte order mark': utf8ToBytes(`\ufeff${text}`),
  'a repeated member': utf8ToBytes(text.replace('{', '{"dsse":{},')),
  'another order of members': utf8ToBytes(JSON.stringify({ proof: '', ...JSON.parse(text), dsse })),
  'an escape that is not needed': utf8ToBytes(text.replace('mediaType', '\\u006dediaType')),
  'no object': utf8ToBytes('[]'),
  'bytes that are no UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d),
  'another media type': outer(proved, (d) => ({ ...d, mediaType: 'application/json' })),
  'no media type': outer(proved, ({ mediaType: _, ...d }) => d),
  'an unknown member': outer(proved, (d) => ({ ...d, note: '' })),
  'no proof': outer(proved, ({ proof: _, ...d }) => d),
  'a proof that is no base64': outer(proved, (d) => ({ ...d, proof: '*' })),
  'a proof in base64 without padding': outer(proved, (d) => ({ ...d, proof: String(d.proof).replace(/=+$/, '') })),
  'a proof in base64 with stray bits': outer(withdrawn, (d) => ({ ...d, proof: 'AB==' })),
  'another proof than the signed one': outer(proved, (d) => ({ ...d, proof: base64(new Uint8Array(128)) })),
  'a proof where none belongs': outer(withdrawn, (d) => ({ ...d, proof: 'AAAA' })),
  'no dsse': outer(proved, ({ dsse: _, ...d }) => d),
  'a dsse with more': outer(proved, (d) => ({ ...d, dsse: { ...dsse, note: '' } })),
  'another payload type': outer(proved, (d) => ({ ...d, dsse: { ...dsse, payloadType: 'text/plain' } })),
  'no payload': outer(proved, (d) => ({ ...d, dsse: { ...dsse, payload: undefined } })),
  'no signature': outer(proved, (d) => ({ ...d, dsse: { ...dsse, signatures: [] } })),
  'two signatures': outer(proved, (d) => ({ ...d, dsse: { ...dsse, signatures: [signature, signature] } })),
  'a signature with more': outer(proved, (d) => ({
    ...d,
    dsse: { ...dsse, signatures: [{ ...signature, alg: 'none' }] },
  })),
  'a key id of another form': outer(proved, (d) => ({
    ...d,
    dsse: { ...dsse, signatures: [{ ...signature, keyid: 'x' }] },
  })),
  'no key id': outer(proved, (d) => ({ ...d, dsse: { ...dsse, signatures: [{ sig: signature.sig }] } })),
  'a short signature': outer(proved, (d) => ({ ...d, dsse: { ...dsse, signatures: [{ ...signature, sig: 'AAAA' }] } })),
  'more bytes than allowed': new Uint8Array(MAX_ENVELOPE_BYTES + 1),
  'nesting without end': utf8ToBytes(`${'{"dsse":'.repeat(20_000)}{}${'}'.repeat(20_000)}`),

  'a signed payload with a repeated member': await payload(
    proved,
    utf8ToBytes(new TextDecoder().decode(proved.dsse.payload).replace('{', '{"predicateType":"x",')),
  ),
  'a signed payload with white space': await payload(
    proved,
    utf8ToBytes(`${new TextDecoder().decode(proved.dsse.payload)} `),
  ),
  'another statement type': await signed(proved, (s) => ({ ...s, _type: 'https://in-toto.io/Statement/v0.1' })),
  'a statement with more': await signed(proved, (s) => ({ ...s, note: '' })),
  'no subject': await signed(proved, (s) => ({ ...s, subject: [] })),
  'two subjects': await signed(proved, (s) => ({
    ...s,
    subject: [...(s.subject as unknown[]), ...(s.subject as unknown[])],
  })),
  'a subject of another name': await signed(proved, (s) => ({
    ...s,
    subject: [{ ...(s.subject as Json[])[0], name: 'x' }],
  })),
  'a subject with another digest too': await signed(proved, (s) => {
    const [one] = s.subject as Json[];
    return { ...s, subject: [{ ...one, digest: { ...(one!.digest as Json), sha512: 'x' } }] };
  }),
  'an unknown predicate type': await signed(proved, (s) => ({ ...s, predicateType: 'urn:assay:proof:v2' })),
  'no predicate': await signed(proved, ({ predicate: _, ...s }) => s),

  'an unknown statement kind': await signed(proved, predicate({ statement: 'guess' })),
  'a statement kind that every object has': await signed(proved, predicate({ statement: 'constructor' })),
  'another version': await signed(proved, predicate({ version: 2 })),
  'a version as text': await signed(proved, predicate({ version: '1' })),
  'a circuit of another form': await signed(proved, predicate({ circuit: '../eligibility' })),
  'no circuit': await signed(proved, predicate({ circuit: undefined })),
  'a verification key of another form': await signed(proved, predicate({ verificationKey: 'AB'.repeat(32) })),
  'public signals that are no list': await signed(proved, predicate({ publicSignals: {} })),
  'too many public signals': await signed(proved, predicate({ publicSignals: new Array(65).fill('0') })),
  'a public signal as a number': await signed(proved, predicate({ publicSignals: [1] })),
  'a public signal with a leading zero': await signed(proved, predicate({ publicSignals: ['01'] })),
  'a negative public signal': await signed(proved, predicate({ publicSignals: ['-1'] })),
  'a predicate with more': await signed(proved, predicate({ note: '' })),
  'no context': await signed(proved, predicate({ context: undefined })),
  'a context with more': await signed(proved, context({ window: 1 })),
  'a context without a bank': await signed(proved, context({ bank: undefined })),
  'a bank with capitals': await signed(proved, context({ bank: 'Acme' })),
  'a scope of two parts': await signed(proved, context({ scope: 'acme/consumer' })),
  'a scope of another bank': await signed(proved, context({ scope: 'other/consumer/2026q1' })),
  'a conformance statement with a scope': await signed(conforming, context({ scope: 'acme/a/b' })),
  'a conformance statement without a version': await signed(conforming, context({ version: undefined })),
  'a window of zero': await signed(parseEnvelope(fairness), context({ window: 0 })),
  'closings of another kind': await signed(parseEnvelope(fairness), context({ closings: 'some' })),

  'a withdrawal for another reason': await signed(withdrawn, predicate({ reason: 'bored' })),
  'a withdrawal with more': await signed(withdrawn, predicate({ note: '' })),
  'a withdrawal in a scope of another bank': await signed(withdrawn, predicate({ scope: 'other/a/b' })),
  'a withdrawal of what is no field element': await signed(
    withdrawn,
    predicate({
      applicantCommitment: '21888242871839275222246405745257275088548364400416034343698204186575808495617',
    }),
  ),
  'a registration of a kind of another form': await signed(registered, predicate({ kind: 'Slot' })),
  'a registration whose body is a list': await signed(registered, predicate({ body: [] })),
  'a registration after what is no digest': await signed(registered, predicate({ after: 'x' })),
  'a registration with more': await signed(registered, predicate({ note: '' })),
};

for (const [what, bytes] of Object.entries(FORMS)) {
  test(`an envelope is refused: ${what}`, () => {
    assert.throws(() => parseEnvelope(bytes), VerifyError);
  });
}

test('messages of refusals repeat nothing of what was refused', async () => {
  const bytes = await signed(proved, predicate({ circuit: 'SECRET-VALUE' }));
  assert.throws(
    () => parseEnvelope(bytes),
    (error: Error) => !error.message.includes('SECRET'),
  );
});
