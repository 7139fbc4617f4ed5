import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BlobThread } from './blob-thread.ts';
import { BLOBS } from './layout.ts';
import type { ArchiveReader, IndexedEntry } from './reader.ts';

/** Entries whose blobs are asked for together. */
const GROUP = 256;
/** Groups that are asked for before the first of them is needed: more than a transaction of an index takes. */
const GROUPS_AHEAD = 24;
/** Bytes of blobs above which no more is asked for. */
const MOST_BYTES = 2 ** 26;
/** Fewer entries are read sooner than a thread has started. */
const FEWEST_ENTRIES = 4096;

/** Where to begin, and what is wanted of each entry. */
export interface AheadOptions {
  /** The first entry. Default 0. */
  readonly from?: number;
  /** Hex digest of the blob that will be read with an entry; undefined for none. */
  readonly blobOf: (leaf: Uint8Array) => string | undefined;
  /** From how many entries on a thread is worth its start. */
  readonly fewestEntries?: number;
}

/** Entries with the blobs that were asked for with them. */
interface Group {
  readonly entries: readonly IndexedEntry[];
  readonly blobs: Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * A log's entries from one on to the last, in order, of which the blobs are read, and compared with their digests, in another thread while the
 * entries before them are worked on. It answers as the reader does: what the thread could not read, and all where there are few entries,
 * one processor, or files that no other thread finds, is read when it is asked for.
 */
export class BlobsAhead implements AsyncDisposable {
  readonly #reader: ArchiveReader;
  readonly #from: number;
  readonly #blobOf: AheadOptions['blobOf'];
  readonly #thread: BlobThread | undefined;
  /** Blobs that were read and not taken yet, oldest first. */
  readonly #blobs = new Map<string, Uint8Array>();
  #bytes = 0;
  #largest = 0;

  constructor(reader: ArchiveReader, { from = 0, blobOf, fewestEntries = FEWEST_ENTRIES }: AheadOptions) {
    this.#reader = reader;
    this.#from = from;
    this.#blobOf = blobOf;
    const isWorthIt = reader.size - from >= fewestEntries && availableParallelism() > 1;
    this.#thread = isWorthIt && reader.isOnDisk ? new BlobThread() : undefined;
  }

  /** The entries, once. @throws ArchiveError as `ArchiveReader.entries` */
  async *entries(): AsyncGenerator<IndexedEntry> {
    if (this.#thread === undefined) {
      yield* this.#reader.entries(this.#from);
      return;
    }
    const asked: Group[] = [];
    for (let next = this.#from; next < this.#reader.size || asked.length > 0; ) {
      while (next < this.#reader.size && asked.length < this.#room()) {
        const to = Math.min(next + GROUP - (next % GROUP), this.#reader.size);
        asked.push(await this.#ask(this.#thread, next, to));
        next = to;
      }
      const { entries, blobs } = asked.shift()!;
      this.#keep(await blobs);
      yield* entries;
    }
  }

  /** A blob, of an entry that was given: see `ArchiveReader.blobSync`. */
  blobSync(digest: Uint8Array): Uint8Array | undefined {
    const hex = Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('hex');
    const read = this.#blobs.get(hex);
    if (read === undefined) return this.#reader.blobSync(digest);
    this.#forget(hex, read);
    return read;
  }

  /** Ends the thread. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]();
  }

  async #ask(thread: BlobThread, from: number, to: number): Promise<Group> {
    const entries: IndexedEntry[] = [];
    for await (const entry of this.#reader.entries(from, to)) entries.push(entry);
    const digests = entries.map(({ leaf }) => this.#blobOf(leaf)).filter((digest) => digest !== undefined);
    const blobs = thread.read({ folder: join(this.#reader.dir, BLOBS, 'sha256'), digests });
    return { entries, blobs };
  }

  /** How many groups may be asked for now. */
  #room(): number {
    const fit = Math.floor((MOST_BYTES - this.#bytes) / Math.max(this.#largest, 1));
    return Math.max(1, Math.min(GROUPS_AHEAD, fit));
  }

  #keep(blobs: ReadonlyMap<string, Uint8Array>): void {
    const before = this.#bytes;
    for (const [digest, blob] of blobs) {
      if (this.#blobs.has(digest)) continue;
      this.#blobs.set(digest, blob);
      this.#bytes += blob.length;
    }
    this.#largest = Math.max(this.#largest, this.#bytes - before);
    // What nobody asked for makes room: it can be read again.
    for (const [digest, blob] of this.#blobs) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#forget(digest, blob);
    }
  }

  #forget(digest: string, blob: Uint8Array): void {
    this.#blobs.delete(digest);
    this.#bytes -= blob.length;
  }
}
