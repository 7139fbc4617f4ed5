import { formatVerificationKey } from '@assay/groth16/verifier';
import { multiProof, type SignedCheckpoint, type TileReader } from '@assay/tlog';
import { hexToBytes } from '@noble/hashes/utils.js';
import { decodeEntry, type Entry } from '../entry.ts';
import { VerifyError } from '../error.ts';
import type { Ledger } from '../ledger.ts';
import { parseRegistration } from '../registration.ts';
import { type EntrySource, replay } from '../replay.ts';
import { bankOfScope } from '../scope.ts';
import type { Trust } from '../trust.ts';
import type { Window } from '../windows.ts';
import type { Evidence, EvidenceEntry } from './evidence.ts';
import { isOfWindow, listsAny, type RemovedBlob, removedBlobs } from './removed-envelopes.ts';
import { hasEnvelope } from './selection.ts';

/** A log as of one checkpoint. What it gives is checked by whoever gets the evidence. */
export interface EvidenceSource extends TileReader {
  checkpoint(): SignedCheckpoint;
  entries(): AsyncIterable<{ readonly index: number; readonly leaf: Uint8Array }>;
  /** The blob with this SHA-256, or undefined where it is not kept. */
  blob(digest: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Which window, and how far back the range reaches. */
export interface EvidenceOptions {
  readonly scope: string;
  /** The window's name: its last slot. */
  readonly window: number;
  /** Begin with the scope and not with the window: then nothing about earlier windows is left open. */
  readonly wholeScope?: boolean;
  /** The log's signed records of envelopes that were removed when their retention ended, in the order in which they were made. */
  readonly removals?: readonly Uint8Array[];
}

/** An entry of the log, read. */
interface ReadEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly entry: Entry;
}

/**
 * Puts together what a window's examination takes: the range of the log from the window's beginning to its fairness statements (or to the
 * log's end, where it has none), whole; every registration before it, and the conformance statements that models rest on. Where envelopes
 * were removed when their retention ended, it holds the records that say so instead.
 *
 * @throws VerifyError `evidence` where there is no such window, or a blob that it needs is not kept and no record lists it; `archive`,
 * `malformed`, `pruning`
 */
export async function collectEvidence(
  source: EvidenceSource,
  trust: Trust,
  options: EvidenceOptions,
): Promise<Evidence> {
  const { scope, removals = [] } = options;
  const removed = removedBlobs(removals, trust);
  const all: ReadEntry[] = [];
  for await (const { index, leaf } of source.entries()) all.push({ index, leaf, entry: decodeEntry(leaf) });
  const story = await readStory(source, trust, scope, all, removed);
  const window = story.ledger
    .windows(scope, all.at(-1)?.entry.receivedAt ?? 0)
    .find((one) => one.window === options.window);
  if (window === undefined)
    throw new VerifyError('evidence', `${scope} has no window ${options.window} that is over or begun`);
  const from = options.wholeScope ? story.scopeAt : Math.max(story.scopeAt, lastBefore(all, window.from));
  const to = endOf(window, story.ledger, all, removed);
  const before = all
    .slice(0, from)
    .filter(({ index, entry }) => entry.kind === 'registration' || story.rested.has(index));
  const chosen = [...before, ...all.slice(from, to)];
  const { size, note } = source.checkpoint();
  const entries = await Promise.all(chosen.map((one) => withBlobs(one, bankOfScope(scope), source, removed)));
  const lacking = new Set(chosen.filter((_, at) => entries[at]!.envelope === undefined).map(digestOf));
  return {
    ...{ scope, window: window.window, from, to },
    checkpoint: note,
    proof: await multiProof(
      chosen.map(({ index }) => index),
      size,
      source,
    ),
    verificationKeys: keysOf(trust, chosen, story.circuits),
    removals: removals.filter((note) => listsAny(note, lacking, trust)),
    entries,
  };
}

/** What the log says about a scope: its ledger, where it begins, and what its registrations rest on. */
interface Story {
  readonly ledger: Ledger;
  readonly scopeAt: number;
  /** Entries of conformance statements that a model's registration names. */
  readonly rested: ReadonlySet<number>;
  /** Circuits of the statements, by index. */
  readonly circuits: ReadonlyMap<number, string>;
}

async function readStory(
  source: EvidenceSource,
  trust: Trust,
  scope: string,
  all: readonly ReadEntry[],
  removed: ReadonlyMap<string, RemovedBlob>,
): Promise<Story> {
  const bank = bankOfScope(scope);
  const concerned: EntrySource = {
    async *entries() {
      for (const one of all) if (hasEnvelope(one.entry, bank)) yield one;
    },
    blob: (digest) => source.blob(hexToBytes(digest)),
    pruned: (digest) => removed.get(digest),
  };
  let scopeAt: number | undefined;
  const conformances = new Map<string, number>();
  const rested = new Set<number>();
  const circuits = new Map<number, string>();
  const ledger = await replay(concerned, trust, {
    check: false,
    onEntry: ({ index, envelope }) => {
      if (envelope === undefined) return;
      const { predicate, digest } = envelope;
      if (predicate.type === 'proof') circuits.set(index, predicate.circuit);
      if (predicate.type === 'proof' && predicate.statement === 'conformance') conformances.set(digest, index);
      if (predicate.type !== 'registration') return;
      const registration = parseRegistration(predicate.kind, predicate.body);
      if (registration.kind === 'scope' && registration.scope === scope) scopeAt ??= index;
      if (registration.kind === 'model') rested.add(conformances.get(registration.conformance)!);
    },
  });
  if (scopeAt === undefined) throw new VerifyError('evidence', `the log has no scope ${scope}`);
  return { ledger, scopeAt, rested, circuits };
}

/** Index of the last entry that was received before `time`; -1 where there is none. */
function lastBefore(all: readonly ReadEntry[], time: number): number {
  return all.findLastIndex(({ entry }) => entry.receivedAt < time);
}

/**
 * One past the last fairness statement of a window that is proved; one past the last entry about a window whose envelopes were removed,
 * where the window was over by then; otherwise the end of the log.
 */
function endOf(
  { scope, window, state, to }: Window,
  ledger: Ledger,
  all: readonly ReadEntry[],
  removed: ReadonlyMap<string, RemovedBlob>,
): number {
  const proofs = ledger.fairness(scope).filter((statement) => statement.window === window);
  const gone = [...removed.values()].filter((blob) => isOfWindow(blob, { scope, window }));
  const last = [...proofs, ...gone].reduce((latest, { index }) => Math.max(latest, index), -1);
  const isOver = state === 'PROVED' || (state === 'PRUNED' && all[last]!.entry.receivedAt >= to);
  return isOver ? 1 + last : all.length;
}

function digestOf({ entry }: ReadEntry): string {
  return entry.payload.sha256;
}

function keysOf(
  trust: Trust,
  chosen: readonly ReadEntry[],
  circuits: ReadonlyMap<number, string>,
): Record<string, unknown> {
  const used = new Set(chosen.map(({ index }) => circuits.get(index)));
  const pinned = [...trust.verificationKeys].filter(([circuit]) => used.has(circuit));
  return Object.fromEntries(pinned.map(([circuit, { key }]) => [circuit, formatVerificationKey(key)]));
}

async function withBlobs(
  { index, leaf, entry }: ReadEntry,
  bank: string,
  source: EvidenceSource,
  removed: ReadonlyMap<string, RemovedBlob>,
): Promise<EvidenceEntry> {
  if (!hasEnvelope(entry, bank)) return { index, leaf };
  const envelope = await source.blob(hexToBytes(entry.payload.sha256));
  if (envelope === undefined && removed.has(entry.payload.sha256)) return { index, leaf };
  const kept = async (digest: string): Promise<Uint8Array> => {
    const blob = await source.blob(hexToBytes(digest));
    if (blob === undefined) throw new VerifyError('evidence', `entry ${index}: the log no longer keeps what it names`);
    return blob;
  };
  const [attachment] = entry.attachments ?? [];
  return {
    ...{ index, leaf },
    envelope: envelope ?? (await kept(entry.payload.sha256)),
    ...(attachment !== undefined && { table: await kept(attachment) }),
  };
}
