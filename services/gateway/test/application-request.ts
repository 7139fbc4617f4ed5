import { readFileSync } from 'node:fs';
import { type gateway, verifier } from '@assay/contracts';
import { parseSchema } from '@assay/schema';
import { type Signer, sealEnvelope } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { SCOPE } from './rig.ts';

const SCHEMA = new URL('../../../examples/applicants/schema.json', import.meta.url);
export const schema = parseSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/** Values that are found again wherever they appear. */
export const CANARIES = {
  income: '87654.32',
  subject: '1928374655647382910192837465',
  documentHash: '5544332211998877665544332211',
  officer: 'officer-canary-zq81',
} as const;

function credential(attributes: Readonly<Record<string, string>>): gateway.Credential {
  return {
    schemaId: String(schema.id),
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
    subject: CANARIES.subject,
    documentHash: CANARIES.documentHash,
    validFromDay: 100,
    validUntilDay: 20_000,
    credentialId: 77n,
    issuerKey: { x: '1', y: '2' },
    signature: { r8X: '3', r8Y: '4', s: '5' },
  };
}

/** A request whose form is right. */
export function submission(change: Partial<gateway.SubmitApplicationRequest> = {}): gateway.SubmitApplicationRequest {
  return {
    requestId: 'request-0001',
    scope: SCOPE,
    ordinal: 0,
    declared: [],
    identityCredential: credential({ age: '44', sex: 'female' }),
    financialCredential: credential({ income: CANARIES.income, savings: '100.50' }),
    ...change,
  };
}

/** The registrations of a scope in which the example's schema is in force. */
export async function scopeRegistrations(): Promise<verifier.Registration[]> {
  const seed = new Uint8Array(32).fill(9);
  const signer: Signer = {
    publicKey: ed25519.getPublicKey(seed),
    sign: async (message) => ed25519.sign(message, seed),
  };
  const limits = {
    withdrawalCeilingPermille: 100,
    referralCeilingPermille: 200,
    closingDeadlineSeconds: 100,
    rootGraceSeconds: 100,
  };
  const schemaId = String(schema.id);
  const hashes = { schemaId, policyHash: '1', partitionsHash: '2', fairnessPolicyHash: '3' };
  const model = { bank: 'acme', scope: SCOPE, name: 'm', version: '1', modelCommitment: '5' };
  const { SCHEMA: SCHEMA_KIND, SCOPE: SCOPE_KIND, MODEL } = verifier.RegistrationKind;
  const bodies = [
    [SCHEMA_KIND, 'schema', { document: schema.document }],
    [SCOPE_KIND, 'scope', { scope: SCOPE, ...hashes, prohibitedMask: 0, ...limits }],
    [MODEL, 'model', { ...model, conformance: 'ab'.repeat(32) }],
  ] as const;
  return await Promise.all(
    bodies.map(async ([kind, name, body]) => {
      const envelope = await sealEnvelope({ type: 'registration', kind: name, body }, new Uint8Array(), signer);
      const digest = Buffer.from(envelope.digest, 'hex');
      return verifier.Registration.fromPartial({ kind, digest, envelope: envelope.bytes });
    }),
  );
}
