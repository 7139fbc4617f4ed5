import { join } from 'node:path';
import { Archive, ArchiveIndex } from '@assay/archive';
import { encodeVerifierKey, type NoteSigner } from '@assay/tlog';
import {
  bankOf,
  checkEnvelope,
  type Entry,
  type Envelope,
  encodeEntry,
  type Judgement,
  kindOf,
  type Ledger,
  parseEnvelope,
  replay,
  statementOf,
  type Trust,
} from '@assay/verify';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { PendingStore } from './pending-store.ts';
import { findByDigest, type IndexedStatement, STATEMENT_INDEX } from './statement-index.ts';
import { VerifierError } from './verifier-error.ts';

/** What became of an envelope. */
export type Filing =
  | { readonly result: 'archived'; readonly entry: IndexedStatement; readonly fresh: boolean }
  | { readonly result: 'pending'; readonly digest: string; readonly code: string }
  /** Not authenticated: counted, neither logged nor archived. */
  | { readonly result: 'refused'; readonly check: string; readonly code: string };

/** What an archivist works with. */
export interface ArchivistOptions {
  /** Directory that holds `archive/`, `index.sqlite` and `pending.sqlite`. */
  readonly dir: string;
  readonly trust: Trust;
  /** Signs checkpoints; its name is the log's origin. */
  readonly signer: NoteSigner;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Told of every filing that comes of another one: a pending envelope whose predecessor arrived. */
  readonly onFiled?: (filing: Filing) => void;
}

/**
 * The verifier's one writer: judges envelopes one after the other and archives what is decided. When `file` resolves,
 * what it says is on disk. Filing the same bytes again gives the first result again.
 */
export class Archivist {
  readonly archive: Archive;
  readonly index: ArchiveIndex;
  readonly ledger: Ledger;
  readonly pending: PendingStore;
  readonly trust: Trust;
  readonly #clock: () => number;
  readonly #onFiled: (filing: Filing) => void;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    archive: Archive,
    index: ArchiveIndex,
    ledger: Ledger,
    pending: PendingStore,
    options: ArchivistOptions,
  ) {
    this.archive = archive;
    this.index = index;
    this.ledger = ledger;
    this.pending = pending;
    this.trust = options.trust;
    this.#clock = options.clock ?? Date.now;
    this.#onFiled = options.onFiled ?? (() => undefined);
  }

  /** Opens or creates the archive, replays it into the ledger, and retries what was pending. */
  static async open(options: ArchivistOptions): Promise<Archivist> {
    const { dir, trust, signer } = options;
    if (encodeVerifierKey(signer) !== trust.log.verifierKey) {
      throw new VerifierError('TRUST', "the signer's key is not the log's key in the trust configuration");
    }
    const archive = await Archive.open(join(dir, 'archive'), { origin: trust.log.origin, signer });
    const source = {
      entries: () => archive.entries(),
      blob: (digest: string) => archive.blob(hexToBytes(digest)),
    };
    const ledger = await replay(source, trust, { check: false });
    const index = await ArchiveIndex.open(join(dir, 'index.sqlite'), archive.reader, STATEMENT_INDEX);
    const archivist = new Archivist(archive, index, ledger, new PendingStore(join(dir, 'pending.sqlite')), options);
    await archivist.#exclusively(() => archivist.#retryPending());
    return archivist;
  }

  /** The time that the next entry would carry: the clock's, but never before the last entry's. */
  now(): number {
    return Math.max(this.#clock(), this.ledger.latest);
  }

  /**
   * Judges an envelope and archives it if it can be decided.
   *
   * @throws VerifyError `malformed` or `too-large` where the bytes are no envelope
   */
  file(bytes: Uint8Array, table?: Uint8Array): Promise<Filing> {
    const envelope = parseEnvelope(bytes);
    return this.#exclusively(async () => {
      const filing = await this.#fileOne(envelope, table, this.now());
      if (filing.result === 'archived' && filing.fresh && filing.entry.kind !== 'rejected') await this.#retryPending();
      return filing;
    });
  }

  /** All checks on an envelope as of now; nothing is archived. */
  judge(bytes: Uint8Array, table?: Uint8Array): Judgement {
    return checkEnvelope(parseEnvelope(bytes), this.ledger, this.trust, this.now(), table);
  }

  async close(): Promise<void> {
    await this.#last;
    await this.index.close();
    this.pending.close();
    await this.archive.close();
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // The caller has the error.
    return done;
  }

  async #fileOne(envelope: Envelope, table: Uint8Array | undefined, now: number): Promise<Filing> {
    const known = findByDigest(this.index.db, envelope.digest);
    if (known !== undefined) return { result: 'archived', entry: known, fresh: false };
    const judgement = checkEnvelope(envelope, this.ledger, this.trust, now, table);
    if (judgement.result === 'pending') {
      const { digest, bytes } = envelope;
      this.pending.put({ digest, bytes, table, code: judgement.code, firstReceivedAt: now });
      return { result: 'pending', digest, code: judgement.code };
    }
    if (judgement.result === 'rejected' && judgement.check === 'signature') {
      return { result: 'refused', check: judgement.check, code: judgement.code };
    }
    return await this.#append(envelope, judgement, table, now);
  }

  /** After this, the entry is on disk, in the ledger and in the index; the pending copy goes last. */
  async #append(envelope: Envelope, judgement: Judgement, table: Uint8Array | undefined, now: number): Promise<Filing> {
    const accepted = judgement.result === 'accepted';
    const attachment = accepted && isFairness(envelope) ? table : undefined;
    const entry = this.#describe(envelope, judgement, attachment, now);
    const blobs = accepted ? [envelope.bytes, ...(attachment ? [attachment] : [])] : [];
    const { indices } = await this.archive.appendBatch([{ leaf: encodeEntry(entry), blobs }]);
    this.ledger.apply(indices[0]!, entry, accepted ? envelope : undefined);
    await this.index.catchUp(this.archive.reader);
    this.pending.delete(envelope.digest);
    return { result: 'archived', entry: findByDigest(this.index.db, envelope.digest)!, fresh: true };
  }

  #describe(envelope: Envelope, judgement: Judgement, attachment: Uint8Array | undefined, now: number): Entry {
    const statement = statementOf(envelope);
    const bank = bankOf(envelope);
    return {
      kind: judgement.result === 'accepted' ? kindOf(envelope) : 'rejected',
      ...(statement !== undefined && { statement }),
      ...(bank !== undefined && { bank }),
      receivedAt: now,
      registryHead: this.ledger.registry.head,
      payload: { sha256: envelope.digest, size: envelope.bytes.length },
      ...(attachment && { attachments: [bytesToHex(sha256(attachment))] }),
      ...(judgement.result === 'rejected' && { reason: judgement.code }),
    };
  }

  /** Tries pending envelopes until a round decides none: each decided one may be what another waits for. */
  async #retryPending(): Promise<void> {
    for (let decided = true; decided; ) {
      decided = false;
      for (const { bytes, table } of this.pending.list()) {
        const filing = await this.#fileOne(parseEnvelope(bytes), table, this.now());
        if (filing.result !== 'archived') continue;
        decided = true;
        this.#onFiled(filing);
      }
    }
  }
}

function isFairness({ predicate }: Envelope): boolean {
  return predicate.type === 'proof' && predicate.statement === 'fairness';
}
