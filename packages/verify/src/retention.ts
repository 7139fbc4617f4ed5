import type { StatementKind } from '@assay/statements';

/** Kinds of entry whose envelopes may be removed when their retention ends. The registry rests on the others for ever. */
export const PRUNABLE_KINDS = [
  'eligibility',
  'decision',
  'manual-decision',
  'fairness',
  'withdrawal',
] as const satisfies readonly (StatementKind | 'withdrawal')[];
export type PrunableKind = (typeof PRUNABLE_KINDS)[number];

/** What an entry is, in the words of its leaf. */
type EntryName = { readonly kind: string; readonly statement?: string | null | undefined };

/** The kind of an accepted entry, if its envelope may ever be removed. */
export function prunableKind({ kind, statement }: EntryName): PrunableKind | undefined {
  const name = kind === 'accepted' ? statement : kind;
  return PRUNABLE_KINDS.find((known) => known === name);
}

/** Whether an entry's envelope may ever be removed. */
export function isPrunable(entry: EntryName): boolean {
  return prunableKind(entry) !== undefined;
}
