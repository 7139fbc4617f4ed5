import type { Filing } from './archivist.ts';
import type { IndexedStatement } from './statement-index.ts';

/** An envelope that waits. */
export type Waiting = Extract<Filing, { readonly result: 'pending' }>;

/** What an event says of an archived entry, but for its bank (docs/spec/archive.md, section 7). `slot` as `slotOf` gives it. */
export function archivedData(row: IndexedStatement, slot: number | undefined) {
  return {
    result: row.kind === 'rejected' ? ('rejected' as const) : ('accepted' as const),
    index: row.index,
    ...(row.statement === null ? { kind: row.kind } : { statement: row.statement }),
    ...(row.scope !== null && { scope: row.scope }),
    ...(row.reason !== null && { code: row.reason }),
    receivedAt: new Date(row.receivedAt).toISOString(),
    registryHead: row.registryHead,
    ...(slot !== undefined && { slot }),
    ...(row.subject !== null && { subject: row.subject }),
  };
}

/** What an event says of an envelope that waits, but for its bank. */
export function pendingData({ digest, code, receivedAt, about }: Waiting) {
  return { result: 'pending' as const, digest, ...about, code, receivedAt: new Date(receivedAt).toISOString() };
}
