import { leafHash, parseVerifierKey, verifyTlogProof } from '@assay/tlog';
import { dsseSignedBy } from '../dsse.ts';
import { decodeEntry } from '../entry.ts';
import { type Envelope, type ProofPredicate, parseEnvelope, type RegistrationPredicate } from '../envelope.ts';
import { parseRegistration, type Registration, type RegistrationKind } from '../registration.ts';
import type { Trust } from '../trust.ts';
import { type Finding, refuse } from './finding.ts';
import type { Notice, NoticeEntry } from './notice.ts';

/** An entry that the log holds, with the envelope that it stands for. */
export interface LoggedEntry<P> {
  readonly envelope: Envelope;
  readonly predicate: P;
  readonly index: number;
  readonly receivedAt: number;
}

/** The entries of a notice. */
export interface LoggedEntries {
  readonly decision: LoggedEntry<ProofPredicate>;
  readonly bankKey: LoggedEntry<RegistrationPredicate>;
  readonly model: LoggedEntry<RegistrationPredicate> | undefined;
  readonly decidedAt: number;
}

/** Check `log`: each entry is in the log, and the registrations were before the decision. @throws TlogError, VerifyError */
export function checkLog(notice: Notice, trust: Trust): Finding<LoggedEntries> {
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

/** A registration of one kind. */
export type Registered<K extends RegistrationKind> = Extract<Registration, { readonly kind: K }>;

/** What is registered of a notice's bank. */
export interface RegisteredParts {
  readonly bankKey: Registered<'bank-key'>;
  readonly model: Registered<'model'> | undefined;
}

/** Check `registrations`: their authorities signed them, for this bank and scope. @throws VerifyError */
export function checkRegistrations(
  { bank, scope }: Notice,
  { bankKey, model }: LoggedEntries,
  trust: Trust,
): Finding<RegisteredParts> {
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
