import { signalNames } from '@assay/statements';
import {
  CHECKS,
  checkOf,
  deadlineOf,
  decodeEntry,
  type Envelope,
  type Intake,
  isOverdue,
  type ProofPredicate,
  parseEnvelope,
} from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from '../archivist.ts';
import type { IndexedStatement } from '../statement-index.ts';
import type { PendingEnvelope } from '../work-store.ts';
import { pendingJson, present, statementJson, timeJson } from './statement-json.ts';

/** An archived entry as `StatementDetail` of the contract. */
export async function detailJson(archivist: Archivist, row: IndexedStatement) {
  const leaf = await archivist.archive.entry(row.index);
  const bytes = row.kind === 'rejected' ? undefined : await archivist.archive.blob(hexToBytes(row.digest));
  const envelope = bytes && parseEnvelope(bytes);
  const self = `/v1/statements/${row.index}`;
  const kept = bytes !== undefined;
  return {
    ...statementJson(archivist, row),
    keyClass: archivist.trust.keyClass,
    checks: archivedChecks(row),
    leaf: Buffer.from(leaf).toString('base64'),
    entry: JSON.parse(Buffer.from(leaf).toString()) as unknown,
    ...(envelope && { envelope: envelopeJson(envelope) }),
    ...present('intake', intakeOf(archivist, row)),
    links: {
      self,
      receipt: `${self}/receipt`,
      ...(kept && { envelope: `${self}/envelope` }),
      ...(kept && decodeEntry(leaf).attachments !== undefined && { table: `${self}/table` }),
      ...(row.scope !== null && row.window !== null && { window: `/v1/windows/${row.scope}/${row.window}` }),
    },
  };
}

/** A waiting envelope as `StatementDetail` of the contract. */
export function pendingDetailJson(archivist: Archivist, pending: PendingEnvelope) {
  const { digest, bytes, code } = pending;
  const envelope = parseEnvelope(bytes);
  const self = `/v1/statements/${digest}`;
  const at = CHECKS.indexOf(checkOf(code)!);
  const isProof = envelope.predicate.type === 'proof';
  return {
    ...pendingJson(pending),
    keyClass: archivist.trust.keyClass,
    checks: CHECKS.map((name, i) => {
      if (i === at) return { name, outcome: 'waits', code };
      return { name, outcome: i < at && isMade(name, isProof) ? 'passed' : 'not-run' };
    }),
    envelope: envelopeJson(envelope),
    links: { self, envelope: `${self}/envelope` },
  };
}

/** An envelope as `DecodedEnvelope` of the contract. */
export function envelopeJson({ predicate, dsse, proof, bytes }: Envelope) {
  const common = { predicateType: predicate.type, keyId: dsse.keyId, size: bytes.length };
  switch (predicate.type) {
    case 'proof': {
      const { circuit, verificationKey, context } = predicate;
      return {
        ...common,
        circuit,
        version: 1,
        verificationKey,
        publicSignals: signalsJson(predicate),
        context,
        proof: Buffer.from(proof).toString('base64'),
      };
    }
    case 'withdrawal':
      return { ...common, context: { bank: predicate.bank, scope: predicate.scope }, reason: predicate.reason };
    case 'registration': {
      const { kind, body, after } = predicate;
      return { ...common, registration: { kind, body, ...(after !== undefined && { after }) } };
    }
  }
}

/** An intake with what ended it, as `Closing` of the contract. */
export function intakeJson(intake: Intake, now: number) {
  const { applicantCommitment, index, receivedAt, closing, referredBy } = intake;
  const due = deadlineOf(intake);
  return {
    applicantCommitment: String(applicantCommitment),
    intakeIndex: index,
    admittedAt: timeJson(receivedAt),
    dueAt: timeJson(due),
    overdue: closing === undefined ? isOverdue(intake, now) : closing.receivedAt > due,
    ...(closing && { ending: closing.kind, closingIndex: closing.index, closedAt: timeJson(closing.receivedAt) }),
    ...present('referralIndex', referredBy),
  };
}

function signalsJson({ statement, publicSignals }: ProofPredicate) {
  const names = signalNames(statement);
  return publicSignals.map((value, i) => ({ name: names[i] ?? `signal${i}`, value: String(value) }));
}

/** The checks of an entry as they ended when it was received: the leaf has the code of the one that failed. */
function archivedChecks({ kind, statement, reason }: IndexedStatement) {
  const failed = reason === null ? undefined : checkOf(reason);
  const at = failed === undefined ? CHECKS.length : CHECKS.indexOf(failed);
  const isProof = kind === 'accepted' || statement !== null;
  return CHECKS.map((name, i) => {
    if (name === failed) return { name, outcome: 'failed', code: reason };
    return { name, outcome: i < at && isMade(name, isProof) ? 'passed' : 'not-run' };
  });
}

/** Whether a check is made of what carries a proof, or of what carries none. */
function isMade(name: string, isProof: boolean): boolean {
  return isProof || !['verification-key', 'public-signals', 'points', 'proof'].includes(name);
}

function intakeOf(archivist: Archivist, { kind, statement, subject }: IndexedStatement) {
  if (subject === null || statement === 'conformance' || kind === 'rejected') return undefined;
  const intake = archivist.ledger.intake(BigInt(subject));
  return intake && intakeJson(intake, archivist.now());
}
