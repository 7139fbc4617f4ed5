import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Archive, ArchiveReader } from '@assay/archive';
import { ed25519NoteSigner, encodeVerifierKey } from '@assay/tlog';

export const ORIGIN = 'log.example/test';
const signer = ed25519NoteSigner(ORIGIN, new Uint8Array(32).fill(11));
export const LOG_KEY = encodeVerifierKey(signer);

/** A real archive that is served over HTTP from its files; it can be forked, and another of its histories shown. */
export class ServedLog implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'assay-served-log-'));
  readonly #server: Server;
  #shown = 'main';
  #onLook: () => void = () => undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      if (request.url === '/checkpoint') this.#onLook();
      try {
        response.end(readFileSync(join(this.root, this.#shown, request.url!)));
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  static async create(): Promise<ServedLog> {
    const log = new ServedLog();
    await new Promise<void>((listening) => log.#server.listen(0, '127.0.0.1', listening));
    return log;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Appends `count` entries to a history, `tag` being what they say. */
  async grow(count: number, { history = 'main', tag = 'entry' } = {}): Promise<void> {
    await using archive = await Archive.open(join(this.root, history), { origin: ORIGIN, signer });
    const entries = Array.from({ length: count }, (_, n) => ({
      leaf: new TextEncoder().encode(`${tag} ${archive.size + n}`),
      blobs: [],
    }));
    await archive.appendBatch(entries);
  }

  /** Begins another history where the log is now. */
  fork(history: string): void {
    cpSync(join(this.root, 'main'), join(this.root, history), { recursive: true });
  }

  /** Which history is served from now on. */
  show(history: string): void {
    this.#shown = history;
  }

  /** Serves the checkpoint of another history over what is shown. */
  showCheckpointOf(history: string): void {
    cpSync(join(this.root, history, 'checkpoint'), join(this.root, this.#shown, 'checkpoint'));
  }

  /** Resolves once a look that began after this call is over: looks follow each other. */
  async looked(): Promise<void> {
    for (let looks = 0; looks < 2; looks++) {
      await new Promise<void>((seen) => {
        this.#onLook = seen;
      });
    }
  }

  reader(history = 'main'): Promise<ArchiveReader> {
    return ArchiveReader.open(join(this.root, history), LOG_KEY);
  }

  /** What a log sends to have its newest checkpoint cosigned. */
  async request(old: number, history = 'main'): Promise<string> {
    const reader = await this.reader(history);
    const proof = old === 0 || old > reader.size ? [] : await reader.consistencyProof(old);
    const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
    return `old ${old}\n${lines}\n${new TextDecoder().decode(reader.checkpoint().note)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((closed) => this.#server.close(() => closed()));
    rmSync(this.root, { recursive: true, force: true });
  }
}
