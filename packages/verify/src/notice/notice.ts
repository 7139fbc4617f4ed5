import { SCALAR_FIELD_ORDER } from '@assay/groth16/verifier';
import { type SchemaDocument, SLOTS } from '@assay/schema';
import { REASONS } from '@assay/statements';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { VerifyError } from '../error.ts';
import {
  asObject,
  decimalMember,
  decodeBase64,
  encodeBase64,
  integerMember,
  type JsonObject,
  onlyMembers,
  parseJsonObject,
  stringMember,
} from '../json.ts';
import { BANK_PATTERN, bankOfScope, SCOPE_PATTERN } from '../scope.ts';

/** Largest notice in bytes. */
export const MAX_NOTICE_BYTES = 1 << 20;
const FORMAT = 'urn:assay:notice:v1';

/**
 * Where the reasons of a decline come from: the model's score, with a proof; attributes that do not meet the eligibility
 * policy; the person who decided; or the bank's word alone.
 */
export type ReasonsBasis = 'score' | 'policy' | 'officer' | 'declared';

/** An entry of the log with what it stands for and its receipt. */
export interface NoticeEntry {
  /** The leaf's bytes. */
  readonly leaf: Uint8Array;
  readonly envelope: Uint8Array;
  /** A C2SP tlog-proof. */
  readonly receipt: Uint8Array;
}

/** One reason, as the applicant reads it. */
export interface NoticeReason {
  readonly slot: number;
  readonly attribute: string;
  readonly label: string;
  readonly code: string;
  readonly text: string;
}

/** The reasons of a decline. */
export interface NoticeReasons {
  readonly basis: ReasonsBasis;
  /** The schema that names the slots. */
  readonly schema: SchemaDocument;
  /** In the order of the commitment, at most four. */
  readonly named: readonly NoticeReason[];
  /** Present exactly with basis `score`. */
  readonly proof?: { readonly circuit: string; readonly proof: Uint8Array };
}

/** What a bank hands to an applicant whose application it has decided (docs/spec/notice.md). */
export interface Notice {
  readonly bank: string;
  readonly scope: string;
  readonly outcome: 'approved' | 'declined';
  readonly applicantCommitment: bigint;
  /** Opens outcome and reasons, and nothing else. */
  readonly openingKey: bigint;
  /** The decision, by a model or by a person. */
  readonly decision: NoticeEntry;
  /** The registration of the key that signed it. */
  readonly bankKey: NoticeEntry;
  /** The registration of the model of the scope; a model's decision has it. */
  readonly model?: NoticeEntry;
  /** Present exactly when declined. */
  readonly reasons?: NoticeReasons;
}

/** A notice as text that people can read too. */
export function formatNotice(notice: Notice): Uint8Array {
  const { bank, scope, outcome, applicantCommitment, openingKey, decision, bankKey, model, reasons } = notice;
  const document = {
    format: FORMAT,
    bank,
    scope,
    outcome,
    reasons: reasons && formatReasons(reasons),
    opening: { applicantCommitment: String(applicantCommitment), openingKey: String(openingKey) },
    decision: formatEntry(decision),
    bankKey: formatEntry(bankKey),
    model: model && formatEntry(model),
  };
  return utf8ToBytes(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** Reads a notice strictly: form alone, nothing is checked. @throws VerifyError `malformed`, `too-large` */
export function parseNotice(bytes: Uint8Array): Notice {
  if (bytes.length > MAX_NOTICE_BYTES)
    throw new VerifyError('too-large', `a notice has at most ${MAX_NOTICE_BYTES} bytes`);
  const object = parseJsonObject(bytes, 'notice');
  const members = ['format', 'bank', 'scope', 'outcome', 'reasons', 'opening', 'decision', 'bankKey', 'model'];
  onlyMembers(object, members, 'notice');
  if (object.format !== FORMAT) throw new VerifyError('malformed', `notice.format is not ${FORMAT}`);
  const bank = stringMember(object, 'bank', 'notice', BANK_PATTERN);
  const scope = stringMember(object, 'scope', 'notice', SCOPE_PATTERN);
  if (bankOfScope(scope) !== bank) throw new VerifyError('malformed', 'notice.scope is not a scope of notice.bank');
  const outcome = stringMember(object, 'outcome', 'notice', /^(approved|declined)$/) as Notice['outcome'];
  if ((outcome === 'declined') !== (object.reasons !== undefined))
    throw new VerifyError('malformed', 'notice.reasons does not fit notice.outcome');
  const opening = asObject(object.opening, 'notice.opening');
  onlyMembers(opening, ['applicantCommitment', 'openingKey'], 'notice.opening');
  const element = (name: string): bigint => decimalMember(opening, name, 'notice.opening', SCALAR_FIELD_ORDER);
  return {
    bank,
    scope,
    outcome,
    applicantCommitment: element('applicantCommitment'),
    openingKey: element('openingKey'),
    decision: parseEntry(object, 'decision'),
    bankKey: parseEntry(object, 'bankKey'),
    ...(object.model !== undefined && { model: parseEntry(object, 'model') }),
    ...(object.reasons !== undefined && { reasons: parseReasons(asObject(object.reasons, 'notice.reasons')) }),
  };
}

function formatReasons({ basis, schema, named, proof }: NoticeReasons): JsonObject {
  return {
    basis,
    named: named.map((reason) => ({ ...reason })),
    proof: proof && { circuit: proof.circuit, proof: encodeBase64(proof.proof) },
    schema,
  };
}

function parseReasons(object: JsonObject): NoticeReasons {
  onlyMembers(object, ['basis', 'named', 'proof', 'schema'], 'notice.reasons');
  const basis = stringMember(object, 'basis', 'notice.reasons', /^(score|policy|officer|declared)$/) as ReasonsBasis;
  const { named } = object;
  if (!Array.isArray(named) || named.length > REASONS)
    throw new VerifyError('malformed', `notice.reasons.named is not a list of at most ${REASONS}`);
  if ((basis === 'score') !== (object.proof !== undefined))
    throw new VerifyError('malformed', 'notice.reasons.proof does not fit notice.reasons.basis');
  return {
    basis,
    schema: asObject(object.schema, 'notice.reasons.schema') as unknown as SchemaDocument,
    named: named.map((reason: unknown, i) => parseReason(reason, `notice.reasons.named[${i}]`)),
    ...(object.proof !== undefined && { proof: parseProof(asObject(object.proof, 'notice.reasons.proof')) }),
  };
}

function parseReason(value: unknown, what: string): NoticeReason {
  const reason = asObject(value, what);
  onlyMembers(reason, ['slot', 'attribute', 'label', 'code', 'text'], what);
  return {
    slot: integerMember(reason, 'slot', what, 0, SLOTS - 1),
    attribute: stringMember(reason, 'attribute', what),
    label: stringMember(reason, 'label', what),
    code: stringMember(reason, 'code', what),
    text: stringMember(reason, 'text', what),
  };
}

function parseProof(object: JsonObject): { circuit: string; proof: Uint8Array } {
  onlyMembers(object, ['circuit', 'proof'], 'notice.reasons.proof');
  return {
    circuit: stringMember(object, 'circuit', 'notice.reasons.proof', /^[a-z0-9-]{1,40}$/),
    proof: base64Member(object, 'proof', 'notice.reasons.proof'),
  };
}

function formatEntry({ leaf, envelope, receipt }: NoticeEntry): JsonObject {
  return { leaf: encodeBase64(leaf), envelope: encodeBase64(envelope), receipt: encodeBase64(receipt) };
}

function parseEntry(notice: JsonObject, name: string): NoticeEntry {
  const what = `notice.${name}`;
  const object = asObject(notice[name], what);
  onlyMembers(object, ['leaf', 'envelope', 'receipt'], what);
  return {
    leaf: base64Member(object, 'leaf', what),
    envelope: base64Member(object, 'envelope', what),
    receipt: base64Member(object, 'receipt', what),
  };
}

function base64Member(object: JsonObject, name: string, what: string): Uint8Array {
  return decodeBase64(stringMember(object, name, what), `${what}.${name}`);
}
