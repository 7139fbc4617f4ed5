import { VERDICTS } from '@assay/statements';
import { parseEnvelope } from '@assay/verify';
import type { Archivist } from '../archivist.ts';
import { retentionOf } from '../retention.ts';
import type { IndexedStatement } from '../statement-index.ts';
import type { PendingEnvelope } from '../work-store.ts';

/** Verdict of one partition, by the name that it had in its window. */
export interface PartitionVerdictJson {
  readonly partition: number;
  readonly name: string;
  readonly verdict: string;
}

/** An archived entry as `Statement` of the contract. Nothing but the index and the ledger is read. */
export function statementJson(archivist: Archivist, row: IndexedStatement) {
  const { kind, index, digest, receivedAt, registryHead } = row;
  const isRejected = kind === 'rejected';
  const verdicts = verdictsOf(archivist, row);
  return {
    index,
    digest,
    result: isRejected ? 'rejected' : 'accepted',
    ...present('kind', row.statement ?? (isRejected ? null : kind)),
    ...present('code', row.reason),
    ...present('bank', row.bank),
    ...present('scope', row.scope),
    ...present('slot', row.slot),
    ...present('window', row.window),
    ...present('subject', row.subject),
    ...present('model', row.model),
    ...(verdicts !== undefined && { verdicts }),
    receivedAt: timeJson(receivedAt),
    registryHead,
    envelopeKept: !isRejected && !archivist.archive.pruned.has(digest),
    ...(!isRejected && { retention: retentionJson(archivist, row) }),
  };
}

/** How long an entry's envelope is kept, as `Retention` of the contract. */
function retentionJson({ archive, retention }: Archivist, row: IndexedStatement) {
  const removed = archive.pruned.get(row.digest);
  if (removed !== undefined) {
    const { retentionClass, until, prunedAt } = removed;
    return { class: retentionClass, until: timeJson(until), prunedAt: timeJson(prunedAt) };
  }
  const found = retentionOf(retention, row);
  return found === undefined ? { class: 'permanent' } : { class: found.name, until: timeJson(found.until) };
}

/** A waiting envelope as `Statement` of the contract. */
export function pendingJson({ digest, bytes, code, firstReceivedAt }: PendingEnvelope) {
  const { predicate } = parseEnvelope(bytes);
  const common = { digest, result: 'pending', code, receivedAt: timeJson(firstReceivedAt), envelopeKept: true };
  switch (predicate.type) {
    case 'proof': {
      const { statement, context, publicSignals } = predicate;
      const subject = statement === 'fairness' ? {} : { subject: String(publicSignals[0]) };
      return {
        ...common,
        kind: statement,
        bank: context.bank,
        ...present('scope', context.scope),
        ...present('window', context.window),
        ...subject,
      };
    }
    case 'withdrawal': {
      const { bank, scope, applicantCommitment } = predicate;
      return { ...common, kind: 'withdrawal', bank, scope, subject: String(applicantCommitment) };
    }
    case 'registration':
      return { ...common, kind: 'registration' };
  }
}

/** Verdicts by digit and partition, with the names that the partitions have in their registered document; unused ones are left out. */
export function verdictsJson(
  archivist: Archivist,
  partitionsHash: bigint,
  digits: readonly number[],
): readonly PartitionVerdictJson[] {
  const partitions = archivist.ledger.registry.partitions(partitionsHash)?.document.partitions ?? [];
  return partitions.map(({ name }, partition) => ({ partition, name, verdict: VERDICTS[digits[partition] ?? 0]! }));
}

/** The time that many milliseconds after 1970, as RFC 3339 in UTC. */
export function timeJson(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A member to spread; none for null and undefined. */
export function present<N extends string, T>(name: N, value: T | null | undefined): { readonly [K in N]?: T } {
  return value === null || value === undefined ? {} : ({ [name]: value } as { readonly [K in N]: T });
}

function verdictsOf(archivist: Archivist, { index, scope, verdicts }: IndexedStatement) {
  if (scope === null || verdicts === null) return undefined;
  const known = archivist.ledger.fairness(scope).find((statement) => statement.index === index);
  return known && verdictsJson(archivist, known.partitionsHash, known.verdicts);
}
