import { type Groth16Verifier, nobleVerifier } from '@assay/groth16/verifier';
import { parseSchema, SchemaError, schemaId } from '@assay/schema';
import {
  compileReasons,
  decodeSignals,
  encodeReasonsSignals,
  OTHER_REASON,
  openingKey,
  outcomeCommitment,
  paddedReasons,
  provesReasons,
  type ReasonCode,
  reasonsCommitment,
  StatementError,
} from '@assay/statements';
import { leafHash, parseVerifierKey, TlogError, verifyTlogProof } from '@assay/tlog';
import { dsseSignedBy } from './dsse.ts';
import { decodeEntry } from './entry.ts';
import { type Envelope, type ProofPredicate, parseEnvelope, type RegistrationPredicate } from './envelope.ts';
import { VerifyError } from './error.ts';
import { type Notice, type NoticeEntry, type NoticeReasons, parseNotice } from './notice.ts';
import { checkProof } from './proof-checks.ts';
import { parseRegistration, type Registration, type RegistrationKind } from './registration.ts';
import type { Trust } from './trust.ts';

/** What is checked of a notice, in this order. */
export type NoticeCheckName =
  | 'form'
  | 'log'
  | 'registrations'
  | 'signature'
  | 'decision'
  | 'applicant'
  | 'outcome'
  | 'reasons'
  | 'reasons-proof';

/** One check: passed, failed, or not made because the notice or the caller does not give what it needs. */
export interface NoticeCheck {
  readonly name: NoticeCheckName;
  readonly result: 'passed' | 'failed' | 'not-made';
  /** What was found, in a sentence; no secret, and no value of an attribute. */
  readonly finding: string;
}

/** What a check of a notice finds. */
export interface NoticeReport {
  /** All checks up to the first that failed. */
  readonly checks: readonly NoticeCheck[];
  /** Whether none failed. */
  readonly valid: boolean;
  /** The notice, once it could be read. Nothing in it may be relied on unless the report is valid. */
  readonly notice?: Notice;
  /** When the log took the decision in, milliseconds since 1970. */
  readonly decidedAt?: number;
}

/** How to check. */
export interface NoticeOptions {
  /** The secret that the identity issuer gave the applicant for this bank; with it the notice is shown to be the applicant's own. */
  readonly subject?: bigint;
  /** What verifies proofs. Default: portably. */
  readonly verifier?: Groth16Verifier;
}

/**
 * Checks an applicant's notice from its bytes alone, without any service: nothing is believed but `trust`.
 *
 * Runs in a browser. Never throws for what is in the notice: the report names the first check that fails.
 */
export function checkNotice(bytes: Uint8Array, trust: Trust, options: NoticeOptions = {}): NoticeReport {
  const checks: NoticeCheck[] = [];
  let notice: Notice | undefined;
  let decidedAt: number | undefined;
  const step = <T>(name: NoticeCheckName, check: () => { finding: string; made?: boolean; value: T }): T => {
    try {
      const { finding, made = true, value } = check();
      checks.push({ name, result: made ? 'passed' : 'not-made', finding });
      return value;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      checks.push({ name, result: 'failed', finding: error.message });
      throw new Stopped();
    }
  };
  try {
    const read = step('form', () => ({ finding: 'a notice of version 1', value: parseNotice(bytes) }));
    notice = read;
    const entries = step('log', () => checkLog(read, trust));
    decidedAt = entries.decidedAt;
    const registered = step('registrations', () => checkRegistrations(read, entries, trust));
    step('signature', () => checkSignature(read, entries.decision, registered));
    const closing = step('decision', () => checkDecision(entries.decision, registered, trust, options));
    step('applicant', () => checkApplicant(read, closing, options));
    step('outcome', () => checkOutcome(read, closing));
    step('reasons', () => checkReasons(read, closing, registered));
    step('reasons-proof', () => checkReasonsProof(read, closing, registered, trust, options));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return {
    checks,
    valid: checks.every(({ result }) => result !== 'failed'),
    ...(notice && { notice }),
    ...(decidedAt !== undefined && { decidedAt }),
  };
}

/** A check has failed, and is in the report. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof VerifyError ||
    error instanceof TlogError ||
    error instanceof StatementError ||
    error instanceof SchemaError
  );
}

function refuse(finding: string): never {
  throw new VerifyError('notice', finding);
}

interface LoggedEntry<P> {
  readonly envelope: Envelope;
  readonly predicate: P;
  readonly index: number;
  readonly receivedAt: number;
}

interface LoggedEntries {
  readonly decision: LoggedEntry<ProofPredicate>;
  readonly bankKey: LoggedEntry<RegistrationPredicate>;
  readonly model: LoggedEntry<RegistrationPredicate> | undefined;
  readonly decidedAt: number;
}

function checkLog(notice: Notice, trust: Trust): { finding: string; value: LoggedEntries } {
  const decision = logged(notice.decision, 'the decision', trust);
  const bankKey = logged(notice.bankKey, "the bank's key", trust);
  const model = notice.model && logged(notice.model, 'the model', trust);
  const value = {
    decision: ofType(decision, 'proof', 'the decision'),
    bankKey: ofType(bankKey, 'registration', "the bank's key"),
    model: model && ofType(model, 'registration', 'the model'),
    decidedAt: decision.receivedAt,
  };
  const earlier = [value.bankKey, ...(value.model ? [value.model] : [])];
  if (earlier.some(({ index }) => index >= decision.index)) refuse('a registration was logged after the decision');
  const finding = `entry ${decision.index} of ${trust.log.origin}, received ${new Date(decision.receivedAt).toISOString()}`;
  return { finding, value };
}

/** An entry that the log's checkpoint covers, with the envelope that it stands for. */
function logged(
  { leaf, envelope: bytes, receipt }: NoticeEntry,
  what: string,
  trust: Trust,
): LoggedEntry<Envelope['predicate']> {
  const { origin, verifierKey } = trust.log;
  const { index } = verifyTlogProof(receipt, leafHash(leaf), { origin, logKeys: [parseVerifierKey(verifierKey)] });
  const entry = decodeEntry(leaf);
  const envelope = parseEnvelope(bytes);
  const { predicate } = envelope;
  const kind = predicate.type === 'proof' ? 'accepted' : predicate.type;
  const statement = predicate.type === 'proof' ? predicate.statement : undefined;
  if (entry.payload.sha256 !== envelope.digest || entry.kind !== kind || entry.statement !== statement)
    refuse(`the logged entry stands for another envelope than that of ${what}`);
  return { envelope, predicate, index, receivedAt: entry.receivedAt };
}

function ofType<T extends Envelope['predicate']['type']>(
  entry: LoggedEntry<Envelope['predicate']>,
  type: T,
  what: string,
): LoggedEntry<Extract<Envelope['predicate'], { type: T }>> {
  if (entry.predicate.type !== type) refuse(`the logged entry of ${what} is of another kind`);
  return entry as LoggedEntry<Extract<Envelope['predicate'], { type: T }>>;
}

type Registered<K extends RegistrationKind> = Extract<Registration, { readonly kind: K }>;

interface RegisteredParts {
  readonly bankKey: Registered<'bank-key'>;
  readonly model: Registered<'model'> | undefined;
}

function checkRegistrations(
  { bank, scope }: Notice,
  { bankKey, model }: LoggedEntries,
  trust: Trust,
): { finding: string; value: RegisteredParts } {
  const value = {
    bankKey: registered(bankKey, 'bank-key', trust.authorities['bank-key']),
    model: model && registered(model, 'model', trust.validators.get(bank) ?? []),
  };
  if (value.bankKey.bank !== bank) refuse('the registered key is of another bank');
  if (value.model !== undefined && value.model.scope !== scope) refuse('the registered model is of another scope');
  return { finding: model ? "the bank's key and its model are registered" : "the bank's key is registered", value };
}

function registered<K extends RegistrationKind>(
  { envelope, predicate }: LoggedEntry<RegistrationPredicate>,
  kind: K,
  authorities: readonly Uint8Array[],
): Registered<K> {
  const registration = parseRegistration(predicate.kind, predicate.body);
  if (registration.kind !== kind) refuse(`a registration is not of a ${kind}`);
  if (!authorities.some((key) => dsseSignedBy(envelope.dsse, key)))
    refuse(`no authority that is trusted for it signed the registration of the ${kind}`);
  return registration as Registered<K>;
}

function checkSignature(
  { scope }: Notice,
  { envelope, predicate }: LoggedEntry<ProofPredicate>,
  { bankKey }: RegisteredParts,
): { finding: string; value: undefined } {
  if (!dsseSignedBy(envelope.dsse, bankKey.publicKey)) refuse('the decision is not signed with the registered key');
  if (predicate.context.scope !== scope) refuse('the decision is of another scope');
  return { finding: `${bankKey.bank} signed the decision`, value: undefined };
}

/** What a closing's public signals say. */
interface ClosingSignals {
  readonly circuit: string;
  readonly applicantCommitment: bigint;
  /** Undefined for a person's decision. */
  readonly modelCommitment: bigint | undefined;
  readonly outcomeCommitment: bigint;
  readonly reasonsCommitment: bigint;
}

function checkDecision(
  { envelope, predicate }: LoggedEntry<ProofPredicate>,
  { model }: RegisteredParts,
  trust: Trust,
  { verifier = nobleVerifier }: NoticeOptions,
): { finding: string; value: ClosingSignals } {
  const judgement = checkProof({ predicate, proof: envelope.proof }, trust, verifier);
  if (judgement.result !== 'accepted') refuse(`the proof of the decision is refused: ${judgement.code}`);
  const { circuit, publicSignals } = predicate;
  if (predicate.statement === 'manual-decision') {
    const value = { circuit, modelCommitment: undefined, ...decodeSignals(predicate.statement, publicSignals)! };
    return { finding: 'a person decided, within what the proof allows', value };
  }
  if (predicate.statement !== 'decision') refuse('the logged entry is no decision');
  const signals = decodeSignals(predicate.statement, publicSignals)!;
  if (model === undefined || signals.modelCommitment !== model.modelCommitment)
    refuse('the decision is by another model than the registered one');
  return { finding: `the registered model ${model.name} ${model.version} decided`, value: { circuit, ...signals } };
}

function checkApplicant(
  notice: Notice,
  { applicantCommitment }: ClosingSignals,
  { subject }: NoticeOptions,
): { finding: string; made: boolean; value: undefined } {
  if (notice.applicantCommitment !== applicantCommitment) refuse('the decision is about another applicant');
  if (subject === undefined)
    return { finding: 'whether it is about you: give the subject of your credential', made: false, value: undefined };
  if (openingKey(subject, applicantCommitment) !== notice.openingKey)
    refuse('the opening key is not that of this subject: the notice is about another applicant');
  return { finding: 'the decision is about you', made: true, value: undefined };
}

function checkOutcome(
  { outcome, openingKey: key }: Notice,
  closing: ClosingSignals,
): { finding: string; value: undefined } {
  if (outcomeCommitment(outcome, key) !== closing.outcomeCommitment)
    refuse('the logged outcome is another one than the notice says');
  return { finding: `the logged outcome is: ${outcome}`, value: undefined };
}

function checkReasons(
  { outcome, openingKey: key, reasons }: Notice,
  closing: ClosingSignals,
  { model }: RegisteredParts,
): { finding: string; value: undefined } {
  const slots = reasons?.named.map(({ slot }) => slot) ?? [];
  if (reasonsCommitment(outcome, paddedReasons(slots), key) !== closing.reasonsCommitment)
    refuse('the logged reasons are others than the notice names');
  if (reasons === undefined) return { finding: 'the logged decision names no reasons', value: undefined };
  const told = toldBy(reasons, model?.reasons);
  for (const { slot, attribute, label, code, text } of reasons.named) {
    const known = told.schema.bySlot.get(slot);
    const said = told.codeOf(slot);
    if (known?.name !== attribute || known.label !== label) refuse(`reason ${attribute} is not what its slot holds`);
    if (said.code !== code || said.text !== text) refuse(`reason ${attribute} is told by another code than registered`);
  }
  const names = reasons.named.map(({ attribute }) => attribute).join(', ') || 'none';
  return {
    finding: `the logged reasons are: ${names}${told.registered ? '' : ' (as the bank names them)'}`,
    value: undefined,
  };
}

interface Told {
  readonly schema: ReturnType<typeof parseSchema>;
  readonly codeOf: (slot: number) => ReasonCode;
  /** Whether a registration says which schema names the slots. */
  readonly registered: boolean;
}

function toldBy({ schema: document }: NoticeReasons, rules: Registered<'model'>['reasons']): Told {
  const schema = parseSchema(document);
  if (rules === undefined) return { schema, codeOf: () => OTHER_REASON, registered: false };
  if (schemaId(document) !== rules.schemaId) refuse('the schema is not the one that the model is registered for');
  return { schema, codeOf: compileReasons(rules.document, schema).codeOf, registered: true };
}

const DECLARED: Readonly<Record<Exclude<NoticeReasons['basis'], 'score'>, string>> = {
  policy: 'these attributes do not meet the eligibility policy: the bank says so, no proof is given',
  officer: 'the person who decided named these: no proof can show it',
  declared: 'the bank says so, no proof is given',
};

function checkReasonsProof(
  { reasons }: Notice,
  { circuit: decision, applicantCommitment, modelCommitment, outcomeCommitment, reasonsCommitment }: ClosingSignals,
  { model }: RegisteredParts,
  trust: Trust,
  { verifier = nobleVerifier }: NoticeOptions,
): { finding: string; made: boolean; value: undefined } {
  if (reasons === undefined) return { finding: 'an approval needs no reasons', made: false, value: undefined };
  if (reasons.basis !== 'score') return { finding: DECLARED[reasons.basis], made: false, value: undefined };
  const { circuit, proof } = reasons.proof!;
  const pinned = trust.verificationKeys.get(circuit);
  if (pinned === undefined || !provesReasons(circuit, decision))
    refuse('the proof of the reasons is by a circuit that is not trusted for this decision');
  if (modelCommitment === undefined || model?.reasons === undefined)
    refuse('no baseline is registered that the reasons could be measured against');
  const schema = parseSchema(reasons.schema);
  const { baselineHash } = compileReasons(model.reasons.document, schema);
  const signals = { applicantCommitment, modelCommitment, baselineHash, outcomeCommitment, reasonsCommitment };
  const publicSignals = encodeReasonsSignals(signals);
  const verdict = verifier.verifyBytes({ key: pinned.key, publicSignals, proof });
  if (!verdict.ok) refuse(`the proof of the reasons is refused: ${verdict.reason}`);
  const finding = 'these attributes cost the score most against the registered baseline, in this order';
  return { finding, made: true, value: undefined };
}
