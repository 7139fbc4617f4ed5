import type { Groth16Verifier } from '@assay/groth16/verifier';
import { checkEnvelope } from './check.ts';
import { dsseSignedBy, type SignatureCheck } from './dsse.ts';
import { decodeEntry, type Entry } from './entry.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { VerifyError } from './error.ts';
import { groupsOf, oneAhead } from './groups.ts';
import { ACCEPTED, type Judgement } from './judgement.ts';
import { Ledger, type PrunedPlace } from './ledger.ts';
import { checkProofs, type Proved } from './proof-checks.ts';
import { BANK_PATTERN } from './scope.ts';
import { TriedSignatures } from './tried-signatures.ts';
import type { Trust } from './trust.ts';

/** Where a log's entries and blobs come from; that they are the logged ones is the source's business. */
export interface EntrySource {
  entries(): AsyncIterable<{ readonly index: number; readonly leaf: Uint8Array }>;
  /** The blob with this hex SHA-256, or undefined where it is not kept. */
  blob(digest: string): Promise<Uint8Array | undefined>;
  /** The window of a blob that was removed when its retention ended, where a record that is believed lists it. */
  pruned?(digest: string): PrunedPlace | undefined;
}

/** An entry with the envelope it stands for (absent on rejected ones). */
export interface ReplayedEntry {
  readonly index: number;
  readonly entry: Entry;
  readonly envelope: Envelope | undefined;
  /**
   * Why it could not be checked in full: `pruned`, its envelope was removed when its retention ended; `window-pruned`, it is about a window
   * whose envelopes were, so that its signature and proof alone were checked.
   */
  readonly unchecked?: 'pruned' | 'window-pruned';
}

/** What to check. */
export interface ReplayOptions {
  /** Check every signature, proof and rule again; otherwise the entries are taken over as archived. */
  readonly check: boolean;
  /** How the ledger checks signatures: see `signatureCheck`. Default: portably. */
  readonly isSignedBy?: SignatureCheck;
  /** What verifies the proofs, in batches. Default: portably. */
  readonly verifier?: Groth16Verifier;
  /** Asked of each entry in order, before anything of it is checked: those it refuses are as if the log did not have them. */
  readonly takes?: (read: ReplayedEntry) => boolean;
  /** Called with each entry once it is taken over. */
  readonly onEntry?: (replayed: ReplayedEntry) => void;
}

/**
 * Builds the ledger from an archive, entry by entry. With `check`, an accepted entry that the checks would not accept at
 * its time stops the replay with an error that names the entry. Entries are read, and their proofs verified, some at a
 * time, the next ones while these are taken over; which entry stops the replay, and why, is as if each were looked at when
 * its turn comes.
 *
 * @throws VerifyError `archive` naming the entry, `malformed`
 */
export async function replay(source: EntrySource, trust: Trust, options: ReplayOptions): Promise<Ledger> {
  const tried = new TriedSignatures(options.isSignedBy ?? dsseSignedBy);
  const ledger = new Ledger(trust, tried.isSignedBy);
  const trying = (envelopes: readonly Envelope[]) => tried.try(envelopes, (predicate) => ledger.signersOf(predicate));
  for await (const { entries, judgeProof, signatures } of oneAhead(groups(source, trust, options, trying))) {
    await signatures;
    const found = await judgeProof;
    for (const one of entries) {
      if (one.status === 'rejected') throw one.reason;
      const { index, entry, envelope, table, pruned } = one.value;
      if (pruned !== undefined) {
        ledger.applyPruned(index, entry, pruned);
        options.onEntry?.({ index, entry, envelope, unchecked: 'pruned' });
        continue;
      }
      const isAlone = envelope !== undefined && isAboutPruned(envelope, ledger);
      if (envelope !== undefined && found !== undefined) {
        const rules = isAlone ? withoutWindow(ledger) : ledger;
        requireAccepted(index, checkEnvelope(envelope, rules, trust, entry.receivedAt, table, found));
      }
      ledger.apply(index, entry, envelope);
      options.onEntry?.({ index, entry, envelope, ...(isAlone && { unchecked: 'window-pruned' }) });
    }
  }
  return ledger;
}

/** Entries that are read together, and what will have been found of their proofs, where it is asked for. */
interface Group {
  readonly entries: readonly PromiseSettledResult<ReadEntry>[];
  readonly judgeProof: Promise<(proved: Proved) => Judgement> | undefined;
  /** Resolves once their signatures have been tried. */
  readonly signatures: Promise<void> | undefined;
}

async function* groups(
  source: EntrySource,
  trust: Trust,
  options: ReplayOptions,
  trying: (envelopes: readonly Envelope[]) => Promise<void>,
): AsyncGenerator<Group> {
  for await (const group of groupsOf(source.entries(), GROUP)) {
    const read = await Promise.allSettled(group.map(({ index, leaf }) => readEntry(index, leaf, source)));
    const entries = read.filter((one) => one.status === 'rejected' || (options.takes?.(one.value) ?? true));
    const whole = entries.flatMap(fulfilled);
    const judgeProof = options.check ? judgedProofs(whole, trust, options.verifier) : undefined;
    judgeProof?.catch(() => undefined); // Whoever waits for it has the error.
    const signatures = options.check ? trying(whole.flatMap(({ envelope }) => envelope ?? [])) : undefined;
    signatures?.catch(() => undefined);
    yield { entries, judgeProof, signatures };
  }
}

/** Entries that are read at a time. */
const GROUP = 128;

/** An entry as read, with a fairness statement's table, or with the window of an envelope that was removed. */
interface ReadEntry extends ReplayedEntry {
  readonly table: Uint8Array | undefined;
  readonly pruned?: PrunedPlace;
}

/** Whether an envelope is a fairness statement whose window can no longer be added up. */
function isAboutPruned({ predicate }: Envelope, ledger: Ledger): boolean {
  if (predicate.type !== 'proof' || predicate.statement !== 'fairness') return false;
  return ledger.isPruned(predicate.context.scope!, predicate.context.window!);
}

/** The checks of a ledger that ask nothing of a window: whose signature it is. */
function withoutWindow(ledger: Ledger): Pick<Ledger, 'judgeSignature' | 'judge'> {
  return { judgeSignature: (envelope) => ledger.judgeSignature(envelope), judge: () => ACCEPTED };
}

async function readEntry(index: number, leaf: Uint8Array, source: EntrySource): Promise<ReadEntry> {
  const entry = named(index, () => decodeEntry(leaf));
  if (entry.kind === 'rejected') {
    if (entry.attachments !== undefined)
      throw new VerifyError('archive', `entry ${index}: a rejected entry has no attachments`);
    return { index, entry, envelope: undefined, table: undefined };
  }
  const bytes = await source.blob(entry.payload.sha256);
  const pruned = bytes === undefined ? source.pruned?.(entry.payload.sha256) : undefined;
  if (pruned !== undefined) return { index, entry, envelope: undefined, table: undefined, pruned };
  if (bytes === undefined || bytes.length !== entry.payload.size) {
    throw new VerifyError('archive', `entry ${index}: its envelope is missing or of another size`);
  }
  const envelope = named(index, () => parseEnvelope(bytes, entry.payload.sha256));
  if (kindOf(envelope) !== entry.kind || statementOf(envelope) !== entry.statement) {
    throw new VerifyError('archive', `entry ${index}: its envelope is of another kind`);
  }
  if (bankOf(envelope) !== entry.bank)
    throw new VerifyError('archive', `entry ${index}: its envelope is of another bank`);
  const [attachment, ...more] = entry.attachments ?? [];
  if ((attachment !== undefined) !== (entry.statement === 'fairness') || more.length > 0)
    throw new VerifyError('archive', `entry ${index}: it has another number of attachments than its kind`);
  const table = attachment === undefined ? undefined : await source.blob(attachment);
  return { index, entry, envelope, table };
}

/** Verifies the proofs among the entries together; what it gives looks up what was found. */
async function judgedProofs(
  entries: readonly ReadEntry[],
  trust: Trust,
  verifier: Groth16Verifier | undefined,
): Promise<(proved: Proved) => Judgement> {
  const all = entries.flatMap(({ envelope }) =>
    envelope?.predicate.type === 'proof' ? [{ predicate: envelope.predicate, proof: envelope.proof }] : [],
  );
  const judgements = await checkProofs(all, trust, verifier);
  const found = new Map(all.map(({ predicate }, i) => [predicate, judgements[i]!]));
  return ({ predicate }) => found.get(predicate)!;
}

function requireAccepted(index: number, judgement: Judgement): void {
  if (judgement.result === 'accepted') return;
  throw new VerifyError('archive', `entry ${index}: not accepted by check ${judgement.check}: ${judgement.code}`);
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T[] {
  return settled.status === 'fulfilled' ? [settled.value] : [];
}

/** The leaf kind of an accepted envelope. */
export function kindOf(envelope: Envelope): Exclude<Entry['kind'], 'rejected'> {
  return envelope.predicate.type === 'proof' ? 'accepted' : envelope.predicate.type;
}

/** The statement of a proof envelope. */
export function statementOf({ predicate }: Envelope): Entry['statement'] {
  return predicate.type === 'proof' ? predicate.statement : undefined;
}

/** The bank that an envelope is about, where it is about one. */
export function bankOf({ predicate }: Envelope): string | undefined {
  switch (predicate.type) {
    case 'proof':
      return predicate.context.bank;
    case 'withdrawal':
      return predicate.bank;
    case 'registration': {
      const bank = predicate.body.bank;
      return typeof bank === 'string' && BANK_PATTERN.test(bank) ? bank : undefined;
    }
  }
}

function named<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof VerifyError) throw new VerifyError('archive', `entry ${index}: ${cause.message}`, { cause });
    throw cause;
  }
}
