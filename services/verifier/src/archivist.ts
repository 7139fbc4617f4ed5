import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Archive, ArchiveIndex, MAX_BATCH, recentFiles } from '@assay/archive';
import { captureTrace, contextOfTrace, type TraceContext } from '@assay/bus';
import { createVerifier, type Groth16Verifier } from '@assay/groth16';
import { type WorkSpan, withSpan } from '@assay/telemetry';
import { encodeVerifierKey, type NoteSigner } from '@assay/tlog';
import { bankOf, type Envelope, type Ledger, parseEnvelope, type Trust } from '@assay/verify';
import { type Context, context } from '@opentelemetry/api';
import { type Decision, Docket, isUnsigned } from './docket.ts';
import type { Waiting } from './event-data.ts';
import { pruneDue } from './prune-due.ts';
import { replayArchive } from './replay-archive.ts';
import { type Retention, STANDARD_RETENTION } from './retention.ts';
import { findByDigest, forgetPruned, type IndexedStatement, STATEMENT_INDEX } from './statement-index.ts';
import { VerifierError } from './verifier-error.ts';
import { WorkStore } from './work-store.ts';

/** What became of an envelope. */
export type Filing =
  | { readonly result: 'archived'; readonly entry: IndexedStatement; readonly fresh: boolean }
  | {
      readonly result: 'pending';
      readonly digest: string;
      readonly code: string;
      /** When it came first, milliseconds since 1970. */
      readonly receivedAt: number;
      /** What it is about, as events say it. */
      readonly about: Readonly<Record<string, string>>;
    }
  /** Not authenticated: counted, neither logged nor archived. */
  | { readonly result: 'refused'; readonly code: string };

/** Is told of entries that were appended (nothing given), and of envelopes that wait. It must not throw. */
export type Listener = (waits?: { readonly waiting: Waiting; readonly bank: string | undefined }) => void;

/** What goes with an envelope. */
export interface FileOptions {
  /** The ciphertext of a fairness statement. */
  readonly table?: Uint8Array;
  /** The trace that it belongs to; the active one unless given. */
  readonly parent?: Context;
}

/** What an archivist works with. */
export interface ArchivistOptions {
  /** Directory that holds `archive/`, `index.sqlite` and `work.sqlite`. */
  readonly dir: string;
  readonly trust: Trust;
  /** Signs checkpoints; its name is the log's origin. */
  readonly signer: NoteSigner;
  /** What verifies proofs. Default: the fastest that there is. */
  readonly verifier?: Groth16Verifier;
  /** How long envelopes are kept. Default ten years. */
  readonly retention?: Retention;
  /** Whether to remove those whose retention has ended, before anything else. Default false. */
  readonly pruneAtStart?: boolean;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Is told now and then how many of the archive's entries have been added up, until all have. */
  readonly onProgress?: (entries: number, of: number) => void;
}

/** An envelope whose filing somebody waits for. */
interface Job {
  readonly envelope: Envelope;
  readonly table: Uint8Array | undefined;
  readonly parent: Context;
  filing: Filing | undefined;
  /** Why it could not be judged: our own fault, to be tried again. */
  failure: unknown;
}

/** Most envelopes that are archived together. */
const MAX_JOBS = 64;

/**
 * The verifier's one writer: judges envelopes one after the other and archives what is decided, several in one append when
 * several wait. When `file` resolves, what it says is on disk. Filing the same bytes again gives the first result again.
 */
export class Archivist {
  readonly archive: Archive;
  readonly index: ArchiveIndex;
  readonly ledger: Ledger;
  readonly work: WorkStore;
  readonly trust: Trust;
  readonly verifier: Groth16Verifier;
  readonly retention: Retention;
  /** Traces of entries that are not announced yet, by leaf index. */
  readonly traces = new Map<number, TraceContext>();
  readonly #docket: Docket;
  readonly #clock: () => number;
  readonly #failed = Promise.withResolvers<unknown>();
  readonly #queue: Job[] = [];
  #last: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<Listener>();
  #shown = 0;
  #broken: unknown;

  private constructor(
    archive: Archive,
    index: ArchiveIndex,
    ledger: Ledger,
    work: WorkStore,
    options: ArchivistOptions,
  ) {
    this.archive = archive;
    this.index = index;
    this.ledger = ledger;
    this.work = work;
    this.trust = options.trust;
    this.verifier = options.verifier ?? createVerifier();
    this.retention = options.retention ?? STANDARD_RETENTION;
    this.#docket = new Docket(ledger, options.trust, this.verifier, work);
    this.#clock = options.clock ?? Date.now;
  }

  /** Opens or creates the archive, replays it into the ledger, and retries what was pending. */
  static async open(options: ArchivistOptions): Promise<Archivist> {
    const { dir, trust, signer } = options;
    if (encodeVerifierKey(signer) !== trust.log.verifierKey) {
      throw new VerifierError('TRUST', "the signer's key is not the log's key in the trust configuration");
    }
    const archive = await Archive.open(join(dir, 'archive'), {
      origin: trust.log.origin,
      signer,
      files: recentFiles(),
    });
    const replayed = () => replayArchive(archive, options);
    let ledger = await replayed();
    const { retention = STANDARD_RETENTION, clock = Date.now } = options;
    if (options.pruneAtStart && (await pruneDue({ archive, ledger, retention, now: clock() })) > 0)
      ledger = await replayed();
    const index = await ArchiveIndex.open(join(dir, 'index.sqlite'), archive.reader, STATEMENT_INDEX);
    forgetPruned(index.db, archive.pruned.keys());
    const archivist = new Archivist(archive, index, ledger, new WorkStore(join(dir, 'work.sqlite')), options);
    archivist.#forgetArchived();
    await archivist.retryPending();
    return archivist;
  }

  /** Resolves, with the reason, when an append failed: only opening the archive again tells what is in it. */
  get failed(): Promise<unknown> {
    return this.#failed.promise;
  }

  /** The time that the next entry would carry: the clock's, but never before the last entry's or one given before. */
  now(): number {
    this.#shown = Math.max(this.#clock(), this.ledger.latest, this.#shown);
    return this.#shown;
  }

  /**
   * Judges an envelope and archives it if it can be decided.
   *
   * @throws VerifierError `BROKEN` after a failed append
   */
  file(envelope: Envelope, { table, parent = context.active() }: FileOptions = {}): Promise<Filing> {
    const job: Job = { envelope, table, parent, filing: undefined, failure: undefined };
    this.#queue.push(job);
    return this.#exclusively(async () => {
      if (this.#queue.includes(job)) await this.#fileJobs(this.#queue.splice(0, MAX_JOBS));
      if (job.failure !== undefined) throw job.failure;
      return job.filing!;
    });
  }

  /**
   * Has `listener` told, without arguments when entries were appended and are in the index, with an envelope that waits when one is new
   * or waits for something else. @returns what ends it
   */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Judges what waits again: for windows that end, which no entry says. */
  retryPending(): Promise<void> {
    return this.#exclusively(async () =>
      this.#commit(this.#decide(() => this.#docket.retry(this.archive.size, this.now()))),
    );
  }

  /** Digests of the envelopes that have waited for longer than `ms`. */
  waitingLongerThan(ms: number): readonly string[] {
    return this.#docket.waitingSince(this.#clock() - ms);
  }

  /** Reads from the ledger while nothing in it is still on its way to the disk. */
  view<T>(read: (ledger: Ledger) => T): Promise<T> {
    return this.#exclusively(async () => read(this.ledger));
  }

  async close(): Promise<void> {
    await this.#last;
    await this.index.close();
    this.work.close();
    await this.archive.close();
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      if (this.#broken !== undefined)
        throw new VerifierError('BROKEN', 'an append failed: start the verifier again', { cause: this.#broken });
      return work();
    });
    this.#last = done.catch(() => undefined); // The caller has the error.
    return done;
  }

  async #fileJobs(jobs: readonly Job[]): Promise<void> {
    const decisions = [...this.#decide(() => this.#docket.retryTimely(this.archive.size, this.now()))];
    for (const job of jobs) {
      await withSpan('verify', { parent: job.parent, attributes: { 'assay.digest': job.envelope.digest } }, (span) =>
        this.#judge(job, decisions, span),
      ).catch((error: unknown) => {
        if (this.#broken !== undefined) throw error;
        job.failure = error;
      });
      await nextTurn(); // Checking a proof can take long: calls and heartbeats go in between.
    }
    await this.#commit(decisions);
    for (const job of jobs) {
      const { digest } = job.envelope;
      // What waited for a later job of these waits no longer.
      const isDecided = job.filing === undefined || decisions.some(({ envelope }) => envelope.digest === digest);
      if (job.failure === undefined && isDecided) job.filing = this.#archived(digest, decisions);
    }
  }

  /** Adds to `decisions` what a job decides: nothing when it is known, refused or pending; else itself, and what waited for it. */
  #judge(job: Job, decisions: Decision[], span: WorkSpan): void {
    const { envelope, table, parent } = job;
    const { digest } = envelope;
    if (decisions.some((decision) => decision.envelope.digest === digest)) return;
    if (findByDigest(this.index.db, digest) !== undefined) return;
    const given = { table, trace: captureTrace(parent) };
    const now = this.now();
    const judgement = this.#docket.judge(envelope, given, now);
    span.set({ 'assay.result': judgement.result });
    if (judgement.result !== 'accepted') span.set({ 'assay.check': judgement.check, 'assay.code': judgement.code });
    if (judgement.result === 'pending') this.#wait(job);
    else if (isUnsigned(judgement)) job.filing = { result: 'refused', code: judgement.code };
    else
      decisions.push(
        ...this.#decide(() => this.#docket.decide(envelope, judgement, given, this.#next(decisions), now)),
      );
  }

  #wait(job: Job): void {
    const waiting = this.#docket.waiting(job.envelope.digest);
    job.filing = waiting;
    for (const listener of this.#listeners) listener({ waiting, bank: bankOf(job.envelope) });
  }

  /** What changes the ledger changes it for good: where it fails half-way, only the archive knows better. */
  #decide<T>(decide: () => T): T {
    try {
      return decide();
    } catch (error) {
      this.#break(error);
      throw error;
    }
  }

  #next(decisions: readonly Decision[]): number {
    return this.archive.size + decisions.length;
  }

  /** After this, the entries are on disk and in the index; that they waited is forgotten last. */
  async #commit(decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    const appended = this.#append(decisions);
    await Promise.all(
      decisions.map(({ index, trace }) =>
        withSpan('archive', { parent: contextOfTrace(trace), attributes: { 'assay.index': index } }, () => {
          const own = captureTrace(context.active());
          if (own !== undefined) this.traces.set(index, own);
          return appended;
        }),
      ),
    );
  }

  async #append(decisions: readonly Decision[]): Promise<void> {
    try {
      for (let start = 0; start < decisions.length; start += MAX_BATCH) {
        await this.archive.appendBatch(decisions.slice(start, start + MAX_BATCH));
      }
      await this.index.catchUp(this.archive.reader);
      for (const { envelope, waited } of decisions) if (waited) this.work.settle(envelope.digest);
      for (const listener of this.#listeners) listener();
    } catch (error) {
      this.#break(error);
      throw error;
    }
  }

  /** The ledger is ahead of the disk, and nobody knows by how much. */
  #break(error: unknown): void {
    this.#broken = error;
    this.#failed.resolve(error);
  }

  #archived(digest: string, decisions: readonly Decision[]): Filing {
    const entry = findByDigest(this.index.db, digest)!;
    return { result: 'archived', entry, fresh: decisions.some(({ envelope }) => envelope.digest === digest) };
  }

  /** A crash may have come between an append and the note that its envelopes wait no longer. */
  #forgetArchived(): void {
    for (const { digest, bytes, ...rest } of this.work.list()) {
      if (findByDigest(this.index.db, digest) !== undefined) this.work.settle(digest);
      else this.#docket.restore(parseEnvelope(bytes), rest);
    }
  }
}
