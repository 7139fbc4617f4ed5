import { setTimeout as delay } from 'node:timers/promises';
import { nativeEd25519 } from '@assay/archive';
import type { Logger } from '@assay/telemetry';
import { type NoteVerifier, parseWitnessKey, TlogError, withCosignatures } from '@assay/tlog';
import type { Archivist } from './archivist.ts';
import type { AskedWitness } from './config.ts';
import { VerifierError } from './verifier-error.ts';

/** How long a log witness may take to answer. */
const DEADLINE_MS = 10_000;
/** Between the starts of two rounds: what is appended meanwhile is cosigned together. */
const ROUND_MS = 500;
/** How long a log witness that gave no cosignature is left alone: this at first, twice as long after each further failure. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** Most bytes of an answer. */
const MAX_ANSWER_BYTES = 16_384;

/** A log witness and what is known of it. */
interface Asked {
  readonly url: string;
  readonly key: NoteVerifier;
  /** Of the tree that it cosigned last. */
  size: number;
  /** How often in a row it gave no cosignature. */
  failures: number;
  /** Not to be asked before, by `performance.now()`. */
  retryAt: number;
}

/**
 * Has checkpoints cosigned by log witnesses, beside the archiving, which never waits for it: at once when the log grows after a quiet time,
 * then at most every half second, always the newest one, and again where a log witness gave no cosignature, though the log does not grow.
 * Older ones stay as they are: a cosignature speaks for all entries before it.
 */
export class Cosigner implements AsyncDisposable {
  readonly #archivist: Archivist;
  readonly #logger: Logger;
  readonly #witnesses: readonly Asked[];
  readonly #unlisten: () => void;
  #retry: NodeJS.Timeout | undefined;
  #wanted = false;
  readonly #closing = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #running = false;

  constructor(archivist: Archivist, witnesses: readonly AskedWitness[], logger: Logger) {
    this.#archivist = archivist;
    this.#logger = logger;
    this.#witnesses = witnesses.map(({ url, verifierKey }) => ({
      url: new URL('add-checkpoint', url.endsWith('/') ? url : `${url}/`).href,
      key: parseWitnessKey(verifierKey, nativeEd25519),
      size: 0,
      failures: 0,
      retryAt: 0,
    }));
    this.#unlisten = archivist.listen((waits) => {
      if (waits === undefined) this.ask();
    });
    this.ask();
  }

  /** Asks about the newest checkpoint, unless every log witness has signed it. */
  ask(): void {
    this.#wanted = true;
    if (this.#running || this.#closing.signal.aborted) return;
    clearTimeout(this.#retry);
    this.#running = true;
    this.#work = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#unlisten();
    await this.#work;
    clearTimeout(this.#retry);
  }

  /** When the first of those that gave no cosignature is due. */
  #askAgain(): void {
    const due = this.#witnesses.filter(({ failures }) => failures > 0).map(({ retryAt }) => retryAt);
    if (due.length === 0 || this.#closing.signal.aborted) return;
    this.#retry = setTimeout(() => this.ask(), Math.max(0, Math.min(...due) - performance.now()));
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    try {
      while (this.#wanted && !signal.aborted) {
        this.#wanted = false;
        const round = delay(ROUND_MS, undefined, { signal }).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
        await Promise.all(this.#witnesses.map((witness) => this.#askOne(witness)));
        await round;
      }
    } finally {
      // In the same turn in which nothing was wanted: who asks after it starts anew, and who asked before it was heard.
      this.#running = false;
      this.#askAgain();
    }
  }

  async #askOne(witness: Asked): Promise<void> {
    const { name, keyId } = witness.key;
    const { archive } = this.#archivist;
    const { verified, unverified } = archive.checkpoint();
    if ([...verified, ...unverified].some((line) => line.name === name && line.keyId === keyId)) {
      witness.failures = 0;
      return;
    }
    if (performance.now() < witness.retryAt) return;
    try {
      const { size, lines } = await this.#request(witness);
      witness.failures = 0;
      // Had the log grown meanwhile, they would not be of its checkpoint any more.
      if (archive.size === size && (await archive.cosign(lines, [witness.key])))
        this.#logger.info('checkpoint cosigned', { peer: name, treeSize: size });
    } catch (error) {
      witness.failures++;
      witness.retryAt = performance.now() + Math.min(FIRST_RETRY_MS * 2 ** (witness.failures - 1), LAST_RETRY_MS);
      this.#logger.warn('no cosignature', { peer: name, error });
    }
  }

  /** One question, or two where the log witness has cosigned another tree than we know. @returns its signature lines, and for which tree */
  async #request(witness: Asked): Promise<{ readonly size: number; readonly lines: Uint8Array }> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { reader } = this.#archivist.archive;
      const { note, size } = reader.checkpoint();
      const proof = witness.size === 0 ? [] : await reader.consistencyProof(witness.size);
      const hashes = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
      const response = await fetch(witness.url, {
        method: 'POST',
        body: Buffer.concat([Buffer.from(`old ${witness.size}\n${hashes}\n`), note]),
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(DEADLINE_MS)]),
        redirect: 'error',
      });
      const body = await bodyOf(response);
      if (response.ok) {
        if (withCosignatures(note, body, [witness.key]).length === note.length)
          throw new VerifierError('COSIGNATURE', 'a log witness answers with no cosignature of its key');
        witness.size = size;
        return { size, lines: body };
      }
      const known = Number(/^(?:0|[1-9][0-9]*)\n?$/.exec(new TextDecoder().decode(body))?.[0] ?? Number.NaN);
      if (response.status !== 409 || !Number.isSafeInteger(known) || known === witness.size)
        throw refused(response.status);
      if (known > size)
        throw new VerifierError('COSIGNATURE', 'a log witness has cosigned a larger tree than the archive has');
      witness.size = known;
    }
    throw refused(409);
  }
}

function refused(status: number): VerifierError {
  return new VerifierError('COSIGNATURE', `a log witness answers ${status}`);
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new TlogError('malformed', `a cosignature has at most ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
