import {
  Groth16Error,
  type Groth16Verifier,
  nobleVerifier,
  parseVerificationKey,
  verificationKeyHash,
} from '@assay/groth16/verifier';
import { leafHash, type SignedCheckpoint, sha256Hex, verifyMultiProof } from '@assay/tlog';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { SignatureCheck } from '../dsse.ts';
import { decodeEntry, type Entry } from '../entry.ts';
import { parseEnvelope } from '../envelope.ts';
import { VerifyError } from '../error.ts';
import { openHead, requireHead } from '../head.ts';
import { parseRegistration } from '../registration.ts';
import { EMPTY_REGISTRY_HEAD, nextRegistryHead } from '../registry.ts';
import { requireOwnWindow } from '../removed-intakes.ts';
import { type EntrySource, replay } from '../replay.ts';
import { isPrunable } from '../retention.ts';
import { bankOfScope } from '../scope.ts';
import type { Trust } from '../trust.ts';
import type { Window } from '../windows.ts';
import { asEvidence, type Evidence, type EvidenceEntry, parseEvidence } from './evidence.ts';
import {
  checkRemoved,
  countRemoved,
  isOfWindow,
  listsAny,
  type RemovedBlob,
  removedBlobs,
  removedIntakes,
} from './removed-envelopes.ts';
import { type EvidenceReport, reportOf } from './report.ts';
import { hasEnvelope, Selection } from './selection.ts';

/** How to check, and what else is known. */
export interface EvidenceChecks {
  /** What verifies the proofs, in batches. Default: portably. */
  readonly verifier?: Groth16Verifier;
  /** How signatures of envelopes are checked: see `signatureCheck`. Default: portably. */
  readonly isSignedBy?: SignatureCheck;
  /** Checkpoints of the log that were seen elsewhere, signed notes. */
  readonly seen?: readonly Uint8Array[];
}

/** An entry of the bundle with its leaf read. */
export interface ReadEvidence extends EvidenceEntry {
  readonly entry: Entry;
}

/**
 * Checks a bundle from its bytes; nothing but `trust` is believed (docs/spec/evidence.md, section 3). Returning is the only success; the
 * report says what follows from it, under which assumptions, and what does not.
 *
 * @throws VerifyError `malformed`, `too-large` (the form), `head`, `pruning`, `evidence` (the log), `archive` (naming the entry that does not
 * fit)
 */
export async function verifyEvidence(
  bytes: Uint8Array,
  trust: Trust,
  checks: EvidenceChecks = {},
): Promise<EvidenceReport> {
  const evidence = parseEvidence(bytes);
  const { checkpoint: head, cosigners } = requireHead(evidence.checkpoint, trust);
  const seen = (checks.seen ?? []).map((note) => openHead(note, trust).checkpoint);
  for (const other of seen) refuseFork(head, other);
  checkTree(evidence, head);
  checkKeys(evidence, trust);
  const entries = evidence.entries.map(readLeaf);
  checkRange(evidence, entries);
  const removed = removedBlobs(evidence.removals, trust);
  checkBlobs(evidence, entries, removed);
  checkRecords(evidence, entries, trust);
  checkOrder(entries);
  const boundary = boundaryOf(evidence, entries);
  const selection = new Selection(evidence.scope, evidence.window, boundary?.index);
  let proofs = 0;
  const ledger = await replay(sourceOf(evidence, entries, removed), trust, {
    check: true,
    verifier: checks.verifier ?? nobleVerifier,
    ...(checks.isSignedBy && { isSignedBy: checks.isSignedBy }),
    takes: (read) => selection.takes(read),
    onEntry: ({ envelope }) => {
      if (envelope?.predicate.type === 'proof') proofs++;
    },
  });
  const now = entries.at(-1)!.entry.receivedAt;
  const window = ledger.windows(evidence.scope, now).find((one) => one.window === evidence.window);
  if (window === undefined) throw new VerifyError('evidence', `the entries show no window ${evidence.window}`);
  const lacking = entries.filter((one) => lacksEnvelope(one, evidence)).map(({ entry }) => entry);
  const own = lacking.filter((entry) => isOfWindow(removed.get(entry.payload.sha256)!, evidence));
  const first = window.intakes[0] ?? own.find(({ statement }) => statement === 'eligibility');
  checkEnds(evidence, window, { size: head.size, boundary: boundary?.entry, first, last: entries.at(-1)!.entry });
  if (window.state === 'PRUNED') checkRemoved(evidence, removed);
  requireOwnWindow(removedIntakes(lacking, removed), window);
  const shown = entries.filter(({ index, envelope }) => index >= evidence.from && envelope === undefined);
  const rejected = shown.filter(({ entry }) => entry.kind === 'rejected').length;
  return reportOf({
    ...{ evidence, trust, head, cosigners, ledger, window, now, proofs, rejected },
    registrations: entries.filter(({ entry }) => entry.kind === 'registration').length,
    wholeScope: boundary === undefined,
    leftOut: selection.leftOut(shown.length - rejected - lacking.length),
    removed: countRemoved(own, lacking.length - own.length, removed),
    seen: seen.map(({ size }) => size),
  });
}

/** Two heads of one size have one root: otherwise the log shows one tree here and another there, and both are signed. */
function refuseFork(head: SignedCheckpoint, seen: SignedCheckpoint): void {
  const same = head.root.every((byte, at) => byte === seen.root[at]);
  if (head.size === seen.size && !same)
    throw new VerifyError(
      'evidence',
      `the log is forked: its key signed two trees of ${head.size} entries with different roots`,
    );
}

/** Every leaf of the bundle is the log's entry of that index. */
function checkTree({ entries, proof }: Evidence, { size, root }: SignedCheckpoint): void {
  const leaves = entries.map(({ index, leaf }) => ({ index, leafHash: leafHash(leaf) }));
  asEvidence('the entries', () => verifyMultiProof({ size, root, leaves, proof }));
}

/** The bundle's verification keys are pinned ones. */
function checkKeys({ verificationKeys }: Evidence, trust: Trust): void {
  for (const [circuit, document] of Object.entries(verificationKeys)) {
    const pinned = trust.verificationKeys.get(circuit);
    if (pinned?.hash !== keyHash(circuit, document))
      throw new VerifyError('evidence', `the verification key of ${circuit} is not the pinned one`);
  }
}

function keyHash(circuit: string, document: unknown): string {
  try {
    return bytesToHex(verificationKeyHash(parseVerificationKey(document)));
  } catch (cause) {
    if (!(cause instanceof Groth16Error)) throw cause;
    throw new VerifyError('evidence', `the verification key of ${circuit}: ${cause.message}`, { cause });
  }
}

function readLeaf(one: EvidenceEntry): ReadEvidence {
  return { ...one, entry: naming(one.index, () => decodeEntry(one.leaf)) };
}

/** The range is there without a gap; before it are registrations and conformance statements alone. */
function checkRange({ from, to }: Evidence, entries: readonly ReadEvidence[]): void {
  const start = entries.findIndex(({ index }) => index >= from);
  const range = start < 0 ? [] : entries.slice(start);
  if (range.length !== to - from || range.some(({ index }, at) => index !== from + at))
    throw new VerifyError('evidence', `the entries ${from} to ${to - 1} are not all there, in order`);
  for (const { index, entry } of entries.slice(0, start)) {
    if (entry.kind !== 'registration' && !(entry.kind === 'accepted' && entry.statement === 'conformance'))
      throw new VerifyError('evidence', `entry ${index} lies before the range and is none that a range depends on`);
  }
}

/** Blobs are there where the format has them, or were removed as a record says, and are those that the leaves name. */
function checkBlobs(
  { scope }: Evidence,
  entries: readonly ReadEvidence[],
  removed: ReadonlyMap<string, RemovedBlob>,
): void {
  for (const { index, entry, envelope, table } of entries) {
    const [attachment] = envelope === undefined ? [] : (entry.attachments ?? []);
    const gone = removed.get(entry.payload.sha256);
    const isGone = gone?.index === index && isPrunable(entry) && bankOfScope(gone.scope) === entry.bank;
    if ((envelope !== undefined) !== (hasEnvelope(entry, bankOfScope(scope)) && !isGone))
      throw new VerifyError('evidence', `entry ${index}: its envelope is missing, or is one too many`);
    if ((table !== undefined) !== (attachment !== undefined))
      throw new VerifyError('evidence', `entry ${index}: its table is missing, or is one too many`);
    if (envelope !== undefined && sha256Hex(envelope) !== entry.payload.sha256)
      throw new VerifyError('evidence', `entry ${index}: its envelope is not the one that was logged`);
    if (table !== undefined && sha256Hex(table) !== attachment)
      throw new VerifyError('evidence', `entry ${index}: its table is not the one that was logged`);
  }
}

/** Times never decrease, and each leaf has the head of the chain of all registrations before it: none is left out. */
function checkOrder(entries: readonly ReadEvidence[]): void {
  let head = EMPTY_REGISTRY_HEAD;
  let latest = 0;
  for (const { index, entry } of entries) {
    if (entry.receivedAt < latest)
      throw new VerifyError('evidence', `entry ${index}: receivedAt is before the entry before it`);
    if (entry.registryHead !== head)
      throw new VerifyError('evidence', `entry ${index}: registryHead is not that of the registrations before it`);
    latest = entry.receivedAt;
    if (entry.kind === 'registration') head = nextRegistryHead(head, entry.payload.sha256);
  }
}

/** The entry that the range begins with, where it begins after the scope does. */
function boundaryOf({ scope, from }: Evidence, entries: readonly ReadEvidence[]): ReadEvidence | undefined {
  const registersScope = ({ index, entry, envelope }: ReadEvidence): boolean => {
    if (entry.kind !== 'registration') return false;
    const { predicate } = naming(index, () => parseEnvelope(envelope!));
    if (predicate.type !== 'registration' || predicate.kind !== 'scope') return false;
    const registration = naming(index, () => parseRegistration(predicate.kind, predicate.body));
    return registration.kind === 'scope' && registration.scope === scope;
  };
  const begins = entries.filter(({ index }) => index < from).some(registersScope);
  return begins ? entries.find(({ index }) => index === from) : undefined;
}

/** Each record is there for an envelope that the bundle lacks. */
function checkRecords(evidence: Evidence, entries: readonly ReadEvidence[], trust: Trust): void {
  const lacking = entries.filter((one) => lacksEnvelope(one, evidence));
  const digests = new Set(lacking.map(({ entry }) => entry.payload.sha256));
  if (!evidence.removals.every((record) => listsAny(record, digests, trust)))
    throw new VerifyError('evidence', 'a record of removed blobs lists none that is missing here');
}

/** Whether an entry would have its envelope, had it not been removed. */
function lacksEnvelope({ entry, envelope }: ReadEvidence, { scope }: Evidence): boolean {
  return envelope === undefined && hasEnvelope(entry, bankOfScope(scope));
}

/** What a range lies between. */
interface Ends {
  /** Entries of the log. */
  readonly size: number;
  /** The range's first entry, where it begins after the scope does, and its last one. */
  readonly boundary: Entry | undefined;
  readonly last: Entry;
  /** The window's first intake. */
  readonly first: { readonly receivedAt: number } | undefined;
}

/**
 * A range that begins after the scope does begins before a slot does. One that ends before the log does ends with a verdict, or, where its
 * envelopes were removed, after the window.
 */
function checkEnds({ to }: Evidence, window: Window, { size, boundary, first, last }: Ends): void {
  const slot = first && window.accounts.find((account) => account.slot.to > first.receivedAt)?.slot;
  if (boundary !== undefined && slot !== undefined && boundary.receivedAt >= slot.from)
    throw new VerifyError(
      'evidence',
      `the range begins within slot ${slot.slot}: intakes of the window may be missing`,
    );
  const isWhole =
    to === size || window.state === 'PROVED' || (window.state === 'PRUNED' && last.receivedAt >= window.to);
  if (!isWhole)
    throw new VerifyError(
      'evidence',
      `the range ends before the log does, and without a fairness statement of window ${window.window}`,
    );
}

/** What the replay reads: the entries that have their envelope, or had it once, and the rejected ones. */
function sourceOf(
  evidence: Evidence,
  entries: readonly ReadEvidence[],
  removed: ReadonlyMap<string, RemovedBlob>,
): EntrySource {
  const blobs = new Map<string, Uint8Array>();
  for (const { entry, envelope, table } of entries) {
    if (envelope !== undefined) blobs.set(entry.payload.sha256, envelope);
    if (table !== undefined) blobs.set(entry.attachments![0]!, table);
  }
  return {
    async *entries() {
      for (const one of entries)
        if (one.envelope !== undefined || one.entry.kind === 'rejected' || lacksEnvelope(one, evidence)) yield one;
    },
    blob: async (digest) => blobs.get(digest),
    pruned: (digest) => removed.get(digest),
  };
}

function naming<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw new VerifyError('evidence', `entry ${index}: ${cause.message}`, { cause });
  }
}
