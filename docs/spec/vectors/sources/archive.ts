import {
  ed25519NoteSigner,
  encodeTlogProof,
  encodeVerifierKey,
  leafHash,
  nodeHash,
  parseVerifierKey,
  signCheckpoint,
  verifyTlogProof,
} from '@assay/tlog';
import { EMPTY_REGISTRY_HEAD, type Entry, encodeEntry, type Predicate, type Signer, sealEnvelope } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hex, type Vector } from './encode.ts';
import { BANK, SCOPE } from './inputs.ts';

const BANK_SECRET = new Uint8Array(32).fill(0x55);
const AUTHORITY_SECRET = new Uint8Array(32).fill(0x66);
const LOG_SECRET = new Uint8Array(32).fill(0x77);
const ORIGIN = 'INSECURE-DEMO/vectors';
const ADMITTED = Date.parse('2026-06-01T09:30:00.250Z');

/** Envelopes and their digests, leaves, the registry's head, and a receipt. */
export async function archiveVectors(): Promise<Vector> {
  const registration = await envelope(AUTHORITY_SECRET, {
    type: 'registration',
    kind: 'bank-key',
    body: { bank: BANK, publicKey: Buffer.from(ed25519.getPublicKey(BANK_SECRET)).toString('base64') },
  });
  const proof = new Uint8Array(128).fill(1);
  const statement = await envelope(
    BANK_SECRET,
    {
      type: 'proof',
      statement: 'conformance',
      circuit: 'conformance-additive',
      verificationKey: 'ab'.repeat(32),
      publicSignals: [1n, 2n, 3n, 1n],
      context: { bank: BANK, model: 'm', version: '1' },
    },
    proof,
  );
  const withdrawal = await envelope(BANK_SECRET, {
    type: 'withdrawal',
    bank: BANK,
    scope: SCOPE,
    applicantCommitment: 12_345n,
    reason: 'applicant-withdrew',
  });
  const replacing = await envelope(AUTHORITY_SECRET, {
    type: 'registration',
    kind: 'screening-root',
    body: { root: '12345' },
    after: 'cd'.repeat(32),
  });
  const registryHead = hex(sha256(Buffer.from(EMPTY_REGISTRY_HEAD + registration.digest, 'hex')));
  const entry = (bytes: Uint8Array, digest: string, rest: Omit<Entry, 'payload' | 'receivedAt'>): Entry => ({
    ...rest,
    receivedAt: ADMITTED,
    payload: { sha256: digest, size: bytes.length },
  });
  const entries = [
    entry(registration.bytes, registration.digest, {
      kind: 'registration',
      bank: BANK,
      registryHead: EMPTY_REGISTRY_HEAD,
    }),
    entry(statement.bytes, statement.digest, { kind: 'accepted', statement: 'conformance', bank: BANK, registryHead }),
    entry(withdrawal.bytes, withdrawal.digest, {
      kind: 'rejected',
      bank: BANK,
      registryHead,
      reason: 'INTAKE_CLOSED',
    }),
  ];
  return {
    keys: Object.fromEntries(
      Object.entries({ bank: BANK_SECRET, authority: AUTHORITY_SECRET, log: LOG_SECRET }).map(([name, secret]) => [
        name,
        { secret: hex(secret), publicKey: hex(ed25519.getPublicKey(secret)) },
      ]),
    ),
    envelopes: [registration, statement, withdrawal, replacing].map(({ bytes, digest, dsse }) => ({
      envelope: Buffer.from(bytes).toString('utf8'),
      payload: Buffer.from(dsse.payload).toString('utf8'),
      digest,
    })),
    registryHead: { before: EMPTY_REGISTRY_HEAD, after: registryHead },
    leaves: entries.map((one) => ({
      leaf: Buffer.from(encodeEntry(one)).toString('utf8'),
      leafHash: hex(leafHash(encodeEntry(one))),
    })),
    receipt: await receipt(entries.map(encodeEntry)),
  };
}

function envelope(secret: Uint8Array, predicate: Predicate, proof: Uint8Array = new Uint8Array()) {
  const signer: Signer = {
    publicKey: ed25519.getPublicKey(secret),
    sign: async (message) => ed25519.sign(message, secret),
  };
  return sealEnvelope(predicate, proof, signer);
}

/** Of the leaf in the middle of three: its neighbour, then the last one. */
async function receipt(leaves: readonly Uint8Array[]): Promise<Vector> {
  const [first, middle, last] = leaves.map(leafHash) as [Uint8Array, Uint8Array, Uint8Array];
  const root = nodeHash(nodeHash(first, middle), last);
  const signer = ed25519NoteSigner(ORIGIN, LOG_SECRET);
  const checkpoint = await signCheckpoint({ origin: ORIGIN, size: 3, root }, [signer]);
  const bytes = encodeTlogProof({ index: 1, proof: [first, last], checkpoint });
  const verifierKey = encodeVerifierKey(signer);
  verifyTlogProof(bytes, middle, { origin: ORIGIN, logKeys: [parseVerifierKey(verifierKey)] });
  return { verifierKey, root: hex(root), leafIndex: 1, tlogProof: Buffer.from(bytes).toString('utf8') };
}
