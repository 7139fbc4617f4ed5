import { statement as contract, type verifier } from '@assay/contracts';
import { STATEMENT_KINDS, type StatementKind } from '@assay/statements';
import { type Envelope, type ProofPredicate, parseEnvelope } from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from './archivist.ts';
import type { IndexedStatement } from './statement-index.ts';
import type { PendingEnvelope } from './work-store.ts';

const KINDS: Readonly<Record<StatementKind, contract.StatementKind>> = {
  eligibility: contract.StatementKind.ELIGIBILITY,
  conformance: contract.StatementKind.CONFORMANCE,
  decision: contract.StatementKind.DECISION,
  'manual-decision': contract.StatementKind.MANUAL_DECISION,
  fairness: contract.StatementKind.FAIRNESS,
};

/** Verdict digits of the public signals as the contract names them. */
const VERDICTS = [
  contract.Verdict.UNUSED,
  contract.Verdict.PASS,
  contract.Verdict.FAIL,
  contract.Verdict.INDETERMINATE,
] as const;

/** The contract's name of a statement; unspecified for what is no statement. */
export function kindMessage(statement: string | null | undefined): contract.StatementKind {
  return KINDS[statement as StatementKind] ?? contract.StatementKind.UNSPECIFIED;
}

/** The statement that the contract names; undefined for unspecified and unknown. */
export function statementKind(kind: contract.StatementKind): StatementKind | undefined {
  return STATEMENT_KINDS.find((statement) => KINDS[statement] === kind);
}

/** The digit that the contract's verdict has in the public signals; -1 for what is none. */
export function verdictDigit(verdict: contract.Verdict): number {
  return (VERDICTS as readonly number[]).indexOf(verdict);
}

/** Where an archived entry stands. */
export function archivedReference(row: IndexedStatement): contract.StatementReference {
  const rejected = row.kind === 'rejected';
  return {
    kind: kindMessage(row.statement),
    digest: hexToBytes(row.digest),
    result: rejected ? contract.ArchiveResult.REJECTED : contract.ArchiveResult.ACCEPTED,
    index: BigInt(row.index),
    failedCheck: '',
    code: row.reason ?? '',
  };
}

/** An archived entry as the contract shows it, and its envelope where that is kept. */
export async function archivedStatement(
  archivist: Archivist,
  row: IndexedStatement,
): Promise<{ statement: verifier.Statement; envelope: Envelope | undefined; leaf: Uint8Array }> {
  const leaf = await archivist.archive.entry(row.index);
  const bytes = row.kind === 'rejected' ? undefined : await archivist.archive.blob(hexToBytes(row.digest));
  const envelope = bytes && parseEnvelope(bytes);
  const predicate = envelope?.predicate.type === 'proof' ? envelope.predicate : undefined;
  const statement: verifier.Statement = {
    ...describePredicate(archivist, predicate, row),
    reference: archivedReference(row),
    bank: row.bank ?? '',
    scope: row.scope ?? '',
    receivedAt: new Date(row.receivedAt),
    registryHead: hexToBytes(row.registryHead),
    envelopeKept: bytes !== undefined,
  };
  return { statement, envelope, leaf };
}

/** A pending envelope as the contract shows it. */
export function pendingStatement(archivist: Archivist, pending: PendingEnvelope): verifier.Statement {
  const { predicate } = parseEnvelope(pending.bytes);
  const proof = predicate.type === 'proof' ? predicate : undefined;
  return {
    ...describePredicate(archivist, proof, undefined),
    reference: {
      kind: kindMessage(proof?.statement),
      digest: hexToBytes(pending.digest),
      result: contract.ArchiveResult.PENDING,
      failedCheck: '',
      code: pending.code,
    },
    bank: proof?.context.bank ?? '',
    scope: proof?.context.scope ?? '',
    receivedAt: new Date(pending.firstReceivedAt),
    registryHead: new Uint8Array(),
    envelopeKept: true,
  };
}

/** Verdicts of a fairness statement, one digit a partition, with the names that the partitions had in its window. */
export function verdictMessages(
  archivist: Archivist,
  partitionsHash: bigint,
  digits: string,
): contract.PartitionVerdict[] {
  const partitions = archivist.ledger.registry.partitions(partitionsHash);
  return [...digits].map((digit, partition) => ({
    partition,
    name: partitions?.document.partitions[partition]?.name ?? '',
    verdict: VERDICTS[Number(digit)] ?? contract.Verdict.UNSPECIFIED,
  }));
}

function describePredicate(
  archivist: Archivist,
  predicate: ProofPredicate | undefined,
  row: IndexedStatement | undefined,
): Pick<verifier.Statement, 'version' | 'slot' | 'verificationKeyHash' | 'keyClass' | 'publicSignals' | 'verdicts'> {
  const slot = row === undefined ? undefined : slotOf(row);
  return {
    version: 1,
    ...(slot !== undefined && { slot }),
    verificationKeyHash: predicate === undefined ? new Uint8Array() : hexToBytes(predicate.verificationKey),
    keyClass: keyClassMessage(archivist),
    publicSignals: predicate?.publicSignals.map(String) ?? [],
    verdicts: row === undefined ? [] : verdictsOf(archivist, row),
  };
}

function verdictsOf(archivist: Archivist, { index, scope, verdicts }: IndexedStatement): contract.PartitionVerdict[] {
  if (scope === null || verdicts === null) return [];
  const statement = archivist.ledger.fairness(scope).find((known) => known.index === index);
  return statement === undefined ? [] : verdictMessages(archivist, statement.partitionsHash, verdicts);
}

/** Whether the verification keys may be relied on. */
export function keyClassMessage(archivist: Archivist): contract.KeyClass {
  return archivist.trust.keyClass === 'ceremony' ? contract.KeyClass.CEREMONY : contract.KeyClass.INSECURE_DEVELOPMENT;
}

/** The slot in which an entry's intake lies, or the window of a fairness statement; `undefined` while none is registered. */
export function slotOf({ window, slot }: IndexedStatement): number | undefined {
  return window ?? slot ?? undefined;
}
