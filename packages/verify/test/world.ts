import { B8, pointMultiply } from '@assay/field';
import { compilePolicy } from '@assay/policy';
import { parseSchema, type SchemaDocument } from '@assay/schema';
import {
  compileFairnessPolicy,
  compilePartitions,
  compileReasons,
  encodeSignals,
  type FairnessPolicyDocument,
  type PartitionsDocument,
  type ReasonsDocument,
  type SignalsOf,
  type StatementKind,
} from '@assay/statements';
import { encodeVerifierKey } from '@assay/tlog';
import { ed25519 } from '@noble/curves/ed25519.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Signer } from '../src/dsse.ts';
import { type Envelope, type ProofContext, type ProofPredicate, sealEnvelope } from '../src/envelope.ts';
import type { JsonObject } from '../src/json.ts';
import { scopeElement } from '../src/scope.ts';
import { parseTrust } from '../src/trust.ts';
import { simulateProof, verificationKeys } from './simulated-keys.ts';

// A bank, its regulator and everybody's keys, fixed; statements with whatever signals a test wants, under keys whose
// secrets the test knows.

export const BANK = 'acme';
export const SCOPE = 'acme/consumer/2026q1';
/** Noon of a day. */
export const NOON = Date.UTC(2026, 0, 15, 12);
export const TODAY = BigInt(Math.floor(NOON / 86_400_000));
export const DAY = 86_400_000;

export const ORIGIN = 'INSECURE-DEMO/verify-test';
export const secrets = {
  regulator: seed(1),
  issuers: seed(2),
  validator: seed(3),
  bank: seed(4),
  stranger: seed(5),
  log: seed(6),
};

export const signers: Readonly<Record<keyof typeof secrets, Signer>> = {
  regulator: signerOf(secrets.regulator),
  issuers: signerOf(secrets.issuers),
  validator: signerOf(secrets.validator),
  bank: signerOf(secrets.bank),
  stranger: signerOf(secrets.stranger),
  log: signerOf(secrets.log),
};

/** The trust configuration as JSON, so that tests can change it. */
export function trustJson(): Record<string, unknown> & { verificationKeys: Record<string, unknown> } {
  const regulator = [base64(signers.regulator.publicKey)];
  const issuers = [base64(signers.issuers.publicKey)];
  return {
    format: 'assay-trust-v1',
    keyClass: 'development',
    log: {
      origin: ORIGIN,
      verifierKey: encodeVerifierKey({ name: ORIGIN, publicKey: signers.log.publicKey }),
    },
    authorities: {
      'bank-key': regulator,
      schema: regulator,
      policy: regulator,
      partitions: regulator,
      'fairness-policy': regulator,
      'issuer-root': issuers,
      'revocation-root': issuers,
      'screening-root': regulator,
      scope: regulator,
      slot: regulator,
    },
    validators: { [BANK]: [base64(signers.validator.publicKey)] },
    verificationKeys: { ...verificationKeys },
  };
}

export const trustBytes = jsonBytes(trustJson());
export const trust = parseTrust(trustBytes);

export const schemaDocument: SchemaDocument = {
  name: 'test-loan',
  version: '1',
  slots: [
    { slot: 0, name: 'age', kind: 'count', min: '0', max: '120', protected: true, attestedBy: 'identity' },
    {
      slot: 6,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '0',
      max: '1000000',
      protected: false,
      attestedBy: 'financial',
    },
  ],
};
export const schema = parseSchema(schemaDocument);

export const policyDocument = {
  name: 'test-policy',
  version: '1',
  cel: 'age >= 18',
  requireAttested: ['age', 'income'],
  requireIdentity: ['age'],
  ordinalMax: 3,
};
export const policy = compilePolicy(policyDocument, schema);

export const partitionsDocument: PartitionsDocument = {
  name: 'test-groups',
  version: '1',
  partitions: [
    {
      name: 'age',
      attribute: 'age',
      groups: ['unknown', 'young', 'old'],
      unknown: 'unknown',
      intervals: [
        { from: '0', group: 'young' },
        { from: '40', group: 'old' },
      ],
    },
  ],
};
export const partitions = compilePartitions(partitionsDocument, schema);

const regulatorKey = pointMultiply(B8, 77n);
export const fairnessDocument: FairnessPolicyDocument = {
  name: 'test-fairness',
  version: '1',
  ratio: { num: 4, den: 5 },
  significance: { zNum: 4, zDen: 1, required: false },
  nMin: 1,
  tMin: 2,
  minCell: 0,
  regulatorKey: [String(regulatorKey.x), String(regulatorKey.y)],
  partitions: [{ partition: 'age', reference: 'highest', tested: ['young', 'old'] }],
};
export const fairnessPolicy = compileFairnessPolicy(fairnessDocument, partitions);

export const reasonsDocument: ReasonsDocument = {
  name: 'test-reasons',
  version: '1',
  baseline: { income: '2500.00' },
  codes: [{ code: '1', attributes: ['income'] }],
};
export const reasonRules = compileReasons(reasonsDocument, schema);
/** What a model's registration says of its reasons. */
export const reasons = {
  schemaId: String(schema.id),
  document: reasonsDocument as unknown as JsonObject,
  baselineHash: String(reasonRules.baselineHash),
} satisfies JsonObject;

export const ROOTS = { issuer: 101n, revocation: 102n, screening: 103n } as const;
export const MODEL = 501n;

/** Bodies of the registrations that a scope needs, in an order that works, all but the model's. */
export const bodies = {
  'bank-key': { bank: BANK, publicKey: base64(signers.bank.publicKey) },
  schema: { document: schemaDocument as unknown as JsonObject },
  policy: { schemaId: String(schema.id), document: policyDocument, policyHash: String(policy.policyHash) },
  partitions: {
    schemaId: String(schema.id),
    document: partitionsDocument as unknown as JsonObject,
    partitionsHash: String(partitions.hash),
  },
  'fairness-policy': {
    partitionsHash: String(partitions.hash),
    document: fairnessDocument as unknown as JsonObject,
    fairnessPolicyHash: String(fairnessPolicy.hash),
  },
  'issuer-root': { root: String(ROOTS.issuer), schemaId: String(schema.id) },
  'revocation-root': { root: String(ROOTS.revocation) },
  'screening-root': { root: String(ROOTS.screening) },
  scope: {
    scope: SCOPE,
    schemaId: String(schema.id),
    policyHash: String(policy.policyHash),
    partitionsHash: String(partitions.hash),
    fairnessPolicyHash: String(fairnessPolicy.hash),
    prohibitedMask: 1,
    withdrawalCeilingPermille: 500,
    referralCeilingPermille: 500,
    closingDeadlineSeconds: 3600,
    rootGraceSeconds: 600,
  },
} satisfies Record<string, JsonObject>;

/** Who signs a kind of registration. */
export function authorityOf(kind: string): Signer {
  if (kind === 'model') return signers.validator;
  return kind === 'issuer-root' || kind === 'revocation-root' ? signers.issuers : signers.regulator;
}

/** A registration signed by its authority, or by another key. */
export function registration(kind: string, body: JsonObject, signer: Signer = authorityOf(kind)): Promise<Envelope> {
  return sealEnvelope({ type: 'registration', kind, body }, new Uint8Array(), signer);
}

/** The registration of a model whose conformance statement is archived. */
export function modelRegistration(conformance: Envelope, changes: JsonObject = {}): Promise<Envelope> {
  return registration('model', {
    bank: BANK,
    scope: SCOPE,
    name: 'scorecard',
    version: '1',
    modelCommitment: String(MODEL),
    conformance: conformance.digest,
    ...changes,
  });
}

/** A slot of the scope. */
export function slot(number: number, from: number, to: number): Promise<Envelope> {
  return registration('slot', { scope: SCOPE, slot: number, from, to });
}

/** A statement by the bank with a proof that verifies. */
export function statement<K extends StatementKind>(
  kind: K,
  circuit: string,
  signals: SignalsOf<K>,
  context: ProofContext,
  { signer = signers.bank, ...changes }: { readonly signer?: Signer } & Partial<ProofPredicate> = {},
): Promise<Envelope> {
  const publicSignals = encodeSignals(kind, signals);
  const verificationKey = trust.verificationKeys.get(circuit)!.hash;
  return sealEnvelope(
    { type: 'proof', statement: kind, circuit, verificationKey, publicSignals, context, ...changes },
    simulateProof(circuit, publicSignals),
    signer,
  );
}

export function conformance(
  changes: Partial<SignalsOf<'conformance'>> = {},
  circuit = 'conformance-additive',
): Promise<Envelope> {
  const signals = { modelCommitment: MODEL, schemaId: schema.id, prohibitedMask: 1n, family: 1n, ...changes };
  const context = { bank: BANK, model: 'scorecard', version: '1' };
  return statement('conformance', circuit, signals as SignalsOf<'conformance'>, context);
}

/** The intake of applicant number `n`; numbers from 1. */
export function intake(
  n: number,
  changes: Partial<Record<keyof SignalsOf<'eligibility'>, bigint>> = {},
  context: ProofContext = { bank: BANK, scope: SCOPE },
): Promise<Envelope> {
  const signals = {
    applicantCommitment: commitmentOf(n),
    eligibilityCommitment: eligibilityOf(n),
    nullifier: BigInt(30_000 + n),
    credentialNullifier: BigInt(40_000 + n),
    scope: scopeElement(SCOPE),
    audience: scopeElement(BANK),
    ordinal: 0n,
    policyHash: policy.policyHash,
    issuerRoot: ROOTS.issuer,
    revocationRoot: ROOTS.revocation,
    screeningRoot: ROOTS.screening,
    asOf: TODAY,
    ...changes,
  };
  return statement('eligibility', 'eligibility', signals as SignalsOf<'eligibility'>, context);
}

/** The model's decision on applicant `n`: referred, or a closing with tally `tallyOf(n)`. */
export function decision(
  n: number,
  changes: Partial<Record<keyof SignalsOf<'decision'>, bigint>> = {},
  context: ProofContext = { bank: BANK, scope: SCOPE },
  circuit = 'decision-additive',
): Promise<Envelope> {
  const tally = tallyOf(n);
  const signals = {
    applicantCommitment: commitmentOf(n),
    modelCommitment: MODEL,
    partitionsHash: partitions.hash,
    eligibilityCommitment: eligibilityOf(n),
    referred: 0n,
    tallyX: tally.x,
    tallyY: tally.y,
    outcomeCommitment: 7n,
    reasonsCommitment: 8n,
    ...changes,
  };
  return statement('decision', circuit, signals as SignalsOf<'decision'>, context);
}

/** A decision that refers applicant `n`. */
export function referral(n: number): Promise<Envelope> {
  return decision(n, { referred: 1n, tallyX: 0n, tallyY: 1n });
}

export function manualDecision(
  n: number,
  changes: Partial<Record<keyof SignalsOf<'manual-decision'>, bigint>> = {},
  context: ProofContext = { bank: BANK, scope: SCOPE },
): Promise<Envelope> {
  const tally = tallyOf(n);
  const signals = {
    applicantCommitment: commitmentOf(n),
    partitionsHash: partitions.hash,
    eligibilityCommitment: eligibilityOf(n),
    officerCommitment: 9n,
    tallyX: tally.x,
    tallyY: tally.y,
    outcomeCommitment: 7n,
    reasonsCommitment: 8n,
    ...changes,
  };
  return statement('manual-decision', 'manual-decision', signals as SignalsOf<'manual-decision'>, context);
}

export function withdrawal(n: number, changes: { scope?: string; bank?: string } = {}): Promise<Envelope> {
  const applicantCommitment = commitmentOf(n);
  return sealEnvelope(
    { type: 'withdrawal', bank: BANK, scope: SCOPE, applicantCommitment, reason: 'applicant-withdrew', ...changes },
    new Uint8Array(),
    signers.bank,
  );
}

export function commitmentOf(n: number): bigint {
  return BigInt(10_000 + n);
}

function eligibilityOf(n: number): bigint {
  return BigInt(20_000 + n);
}

/** The tally of applicant `n`'s closing: so many times the base point. */
export function tallyOf(n: number) {
  return pointMultiply(B8, BigInt(n));
}

export function jsonBytes(value: unknown): Uint8Array {
  return utf8ToBytes(JSON.stringify(value));
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function seed(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

function signerOf(secret: Uint8Array): Signer {
  return { publicKey: ed25519.getPublicKey(secret), sign: async (message) => ed25519.sign(message, secret) };
}
