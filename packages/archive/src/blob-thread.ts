import { Worker } from 'node:worker_threads';
import { type BlobRequest, type PackedBlobs, unpackBlobs } from './packed-blobs.ts';

/** A thread that reads blobs of this machine's disk, one request after the other. */
export class BlobThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting: ((packed: PackedBlobs | undefined) => void)[] = [];
  #ended = false;

  constructor() {
    this.#worker = new Worker(new URL('./blob-thread-main.ts', import.meta.url), {
      // No stream, no option and no environment of this process.
      stdout: true,
      stderr: true,
      execArgv: [],
      env: {},
    });
    this.#worker.on('message', (packed: PackedBlobs) => this.#waiting.shift()!(packed));
    // Without a listener, an error of the thread would end this process.
    this.#worker.on('error', () => undefined);
    this.#worker.once('exit', () => {
      this.#ended = true;
      for (const answer of this.#waiting.splice(0)) answer(undefined);
    });
  }

  /** Those of the blobs that could be read, by hex digest: all of them, none, or some. */
  async read(request: BlobRequest): Promise<ReadonlyMap<string, Uint8Array>> {
    if (this.#ended) return new Map();
    const { promise, resolve } = Promise.withResolvers<PackedBlobs | undefined>();
    this.#waiting.push(resolve);
    this.#worker.postMessage(request);
    const packed = await promise;
    return packed === undefined ? new Map() : unpackBlobs(request.digests, packed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
