import { SCALAR_FIELD_ORDER } from '@assay/groth16/verifier';
import { isStatementKind, type StatementKind } from '@assay/statements';
import { sha256Hex } from '@assay/tlog';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';
import { type Dsse, formatDsse, parseDsse, type Signer, signDsse } from './dsse.ts';
import { VerifyError } from './error.ts';
import {
  asObject,
  decimalMember,
  decodeBase64,
  encodeBase64,
  integerMember,
  type JsonObject,
  onlyMembers,
  parseCanonicalObject,
  stringMember,
} from './json.ts';
import { BANK_PATTERN, bankOfScope, SCOPE_PATTERN } from './scope.ts';

/** Largest envelope in bytes. */
export const MAX_ENVELOPE_BYTES = 262_144;
const MEDIA_TYPE = 'application/vnd.assay.envelope.v1+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const HEX_32 = /^[0-9a-f]{64}$/;
const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;

/** Which closings of a window a fairness statement is about. */
export type ClosingsKind = 'all' | 'manual';

/** Where a statement belongs; the public signals say what it claims. */
export interface ProofContext {
  readonly bank: string;
  /** Absent on conformance statements alone. */
  readonly scope?: string;
  /** Conformance: the bank's name and version of the model. */
  readonly model?: string;
  readonly version?: string;
  /** Fairness: the window's last slot, and which closings. */
  readonly window?: number;
  readonly closings?: ClosingsKind;
}

/** A signed claim with its proof. */
export interface ProofPredicate {
  readonly type: 'proof';
  readonly statement: StatementKind;
  readonly circuit: string;
  /** Hex SHA-256 of the verification key. */
  readonly verificationKey: string;
  /** As written: counted and range-checked by the checks, not by the parser. */
  readonly publicSignals: readonly bigint[];
  readonly context: ProofContext;
}

/** The bank's notice that an applicant withdrew. */
export interface WithdrawalPredicate {
  readonly type: 'withdrawal';
  readonly bank: string;
  readonly scope: string;
  readonly applicantCommitment: bigint;
  readonly reason: WithdrawalReason;
}

/** Why an intake ended without a decision. */
export type WithdrawalReason = 'applicant-withdrew' | 'incomplete' | 'duplicate' | 'erasure';

/** An authority's registration; `body` is read by the registry. */
export interface RegistrationPredicate {
  readonly type: 'registration';
  readonly kind: string;
  readonly body: JsonObject;
  /**
   * Envelope digest of the registration of the same name that this one replaces; absent for the first. A registration
   * held back, or shown again, takes effect only where its signer meant it to.
   */
  readonly after?: string;
}

/** What an envelope's signature covers. */
export type Predicate = ProofPredicate | WithdrawalPredicate | RegistrationPredicate;

/** An envelope as received: its bytes are what is stored and hashed. */
export interface Envelope<P extends Predicate = Predicate> {
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of `bytes`. */
  readonly digest: string;
  readonly dsse: Dsse;
  readonly proof: Uint8Array;
  readonly predicate: P;
}

const PREDICATE_TYPES = {
  proof: 'urn:assay:proof:v1',
  withdrawal: 'urn:assay:withdrawal:v1',
  registration: 'urn:assay:registration:v1',
} as const;

/** Signs a predicate, and its proof where it has one, into an envelope. */
export async function sealEnvelope(predicate: Predicate, proof: Uint8Array, signer: Signer): Promise<Envelope> {
  const dsse = await signDsse(statementPayload(predicate, proof), signer);
  const document = { mediaType: MEDIA_TYPE, dsse: formatDsse(dsse), proof: encodeBase64(proof) };
  return parseEnvelope(utf8ToBytes(canonicalJson(document)));
}

/**
 * The in-toto statement of a registration: the bytes that its authority signs, as the payload of a DSSE envelope. `after` is
 * the digest of the registration that it replaces.
 */
export function registrationPayload(kind: string, body: JsonObject, after?: string): Uint8Array {
  return statementPayload(
    { type: 'registration', kind, body, ...(after !== undefined && { after }) },
    new Uint8Array(),
  );
}

function statementPayload(predicate: Predicate, proof: Uint8Array): Uint8Array {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'proof', digest: { sha256: sha256Hex(proof) } }],
    predicateType: PREDICATE_TYPES[predicate.type],
    predicate: formatPredicate(predicate),
  };
  return utf8ToBytes(canonicalJson(statement));
}

/** Hex SHA-256 of an envelope's bytes. */
export function envelopeDigest(bytes: Uint8Array): string {
  return sha256Hex(bytes);
}

/**
 * Reads an envelope strictly: form alone, no signature, key or proof is checked.
 *
 * @param digest its digest, where that is known already
 * @throws VerifyError `malformed`, `too-large`
 */
export function parseEnvelope(bytes: Uint8Array, digest?: string): Envelope {
  if (bytes.length > MAX_ENVELOPE_BYTES)
    throw new VerifyError('too-large', `an envelope has at most ${MAX_ENVELOPE_BYTES} bytes`);
  const document = parseCanonicalObject(bytes, 'envelope');
  onlyMembers(document, ['mediaType', 'dsse', 'proof'], 'envelope');
  if (document.mediaType !== MEDIA_TYPE) throw new VerifyError('malformed', `envelope.mediaType is not ${MEDIA_TYPE}`);
  const dsse = parseDsse(document.dsse);
  const proof = decodeBase64(stringMember(document, 'proof', 'envelope'), 'envelope.proof');

  const statement = parseCanonicalObject(dsse.payload, 'statement');
  onlyMembers(statement, ['_type', 'subject', 'predicateType', 'predicate'], 'statement');
  if (statement._type !== STATEMENT_TYPE)
    throw new VerifyError('malformed', `statement._type is not ${STATEMENT_TYPE}`);
  checkSubject(statement.subject, proof);
  const predicate = parsePredicate(statement.predicateType, asObject(statement.predicate, 'predicate'));
  if (predicate.type !== 'proof' && proof.length > 0) throw new VerifyError('malformed', 'envelope.proof is not empty');
  return { bytes, digest: digest ?? envelopeDigest(bytes), dsse, proof, predicate };
}

function checkSubject(value: unknown, proof: Uint8Array): void {
  if (!Array.isArray(value) || value.length !== 1)
    throw new VerifyError('malformed', 'statement has not exactly one subject');
  const subject = asObject(value[0], 'subject');
  onlyMembers(subject, ['name', 'digest'], 'subject');
  const digest = asObject(subject.digest, 'subject.digest');
  onlyMembers(digest, ['sha256'], 'subject.digest');
  if (subject.name !== 'proof' || digest.sha256 !== sha256Hex(proof)) {
    throw new VerifyError('malformed', 'the subject is not the proof that the envelope carries');
  }
}

function formatPredicate(predicate: Predicate): JsonObject {
  switch (predicate.type) {
    case 'proof':
      return {
        statement: predicate.statement,
        version: 1,
        circuit: predicate.circuit,
        verificationKey: predicate.verificationKey,
        publicSignals: predicate.publicSignals.map(String),
        context: { ...predicate.context },
      };
    case 'withdrawal':
      return {
        bank: predicate.bank,
        scope: predicate.scope,
        applicantCommitment: String(predicate.applicantCommitment),
        reason: predicate.reason,
      };
    case 'registration':
      return { kind: predicate.kind, body: predicate.body, after: predicate.after };
  }
}

function parsePredicate(type: unknown, object: JsonObject): Predicate {
  switch (type) {
    case PREDICATE_TYPES.proof:
      return parseProofPredicate(object);
    case PREDICATE_TYPES.withdrawal:
      return parseWithdrawal(object);
    case PREDICATE_TYPES.registration:
      onlyMembers(object, ['kind', 'body', 'after'], 'predicate');
      return {
        type: 'registration',
        kind: stringMember(object, 'kind', 'predicate', /^[a-z-]{1,40}$/),
        body: asObject(object.body, 'predicate.body'),
        ...(object.after !== undefined && { after: stringMember(object, 'after', 'predicate', HEX_32) }),
      };
    default:
      throw new VerifyError('malformed', 'statement.predicateType is not one of this format');
  }
}

function parseProofPredicate(object: JsonObject): ProofPredicate {
  onlyMembers(object, ['statement', 'version', 'circuit', 'verificationKey', 'publicSignals', 'context'], 'predicate');
  const statement = stringMember(object, 'statement', 'predicate');
  if (!isStatementKind(statement)) throw new VerifyError('malformed', 'predicate.statement is not a statement');
  integerMember(object, 'version', 'predicate', 1, 1);
  const signals = object.publicSignals;
  if (!Array.isArray(signals) || signals.length > 64)
    throw new VerifyError('malformed', 'predicate.publicSignals is not a short list');
  return {
    type: 'proof',
    statement,
    circuit: stringMember(object, 'circuit', 'predicate', /^[a-z0-9-]{1,40}$/),
    verificationKey: stringMember(object, 'verificationKey', 'predicate', HEX_32),
    publicSignals: signals.map((signal, i) => {
      if (typeof signal !== 'string' || !DECIMAL.test(signal)) {
        throw new VerifyError('malformed', `predicate.publicSignals[${i}] is not a canonical decimal`);
      }
      return BigInt(signal);
    }),
    context: parseContext(statement, asObject(object.context, 'context')),
  };
}

function parseContext(statement: StatementKind, object: JsonObject): ProofContext {
  const bank = stringMember(object, 'bank', 'context', BANK_PATTERN);
  if (statement === 'conformance') {
    onlyMembers(object, ['bank', 'model', 'version'], 'context');
    const name = /^[\x21-\x7e]{1,80}$/;
    return {
      bank,
      model: stringMember(object, 'model', 'context', name),
      version: stringMember(object, 'version', 'context', name),
    };
  }
  const scope = stringMember(object, 'scope', 'context', SCOPE_PATTERN);
  if (bankOfScope(scope) !== bank) throw new VerifyError('malformed', 'context.scope is not a scope of context.bank');
  if (statement !== 'fairness') {
    onlyMembers(object, ['bank', 'scope'], 'context');
    return { bank, scope };
  }
  onlyMembers(object, ['bank', 'scope', 'window', 'closings'], 'context');
  const closings = object.closings;
  if (closings !== 'all' && closings !== 'manual')
    throw new VerifyError('malformed', 'context.closings is neither all nor manual');
  return { bank, scope, window: integerMember(object, 'window', 'context', 1, 1_000_000_000), closings };
}

function parseWithdrawal(object: JsonObject): WithdrawalPredicate {
  onlyMembers(object, ['bank', 'scope', 'applicantCommitment', 'reason'], 'predicate');
  const bank = stringMember(object, 'bank', 'predicate', BANK_PATTERN);
  const scope = stringMember(object, 'scope', 'predicate', SCOPE_PATTERN);
  if (bankOfScope(scope) !== bank)
    throw new VerifyError('malformed', 'predicate.scope is not a scope of predicate.bank');
  return {
    type: 'withdrawal',
    bank,
    scope,
    applicantCommitment: decimalMember(object, 'applicantCommitment', 'predicate', SCALAR_FIELD_ORDER),
    reason: stringMember(
      object,
      'reason',
      'predicate',
      /^(applicant-withdrew|incomplete|duplicate|erasure)$/,
    ) as WithdrawalReason,
  };
}
