import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ArchiveFiles, FileLock } from './files.ts';
import { nodeFiles } from './node-files.ts';

/**
 * How a call fails: `error`, that one call is refused by the system; `crash`, the process ends in it, and the disk has
 * what was written; `power cut`, the machine does, and the disk has only what was synced.
 */
export type Failure = 'error' | 'crash' | 'power cut';

/** Something done that is not on the disk before `directory` is synced. */
type Undo = { readonly directory: string; readonly undo: () => unknown };

/**
 * Real files of which one call fails. Each operation that changes names can be undone until the directory it changes
 * is synced, which is what a power cut does with all that were not. Nothing is really synced: it would only take time.
 */
export class FailingFiles implements ArchiveFiles {
  readonly #failure: Failure;
  readonly #undos: Undo[] = [];
  readonly #locks: FileLock[] = [];
  #callsLeft = Number.POSITIVE_INFINITY;
  #dead = false;

  constructor(failure: Failure) {
    this.#failure = failure;
  }

  /** Calls since `failAt`. */
  calls = 0;

  /** Lets the call with this number, counted from now and from 1, fail. */
  failAt(call: number): void {
    this.calls = 0;
    this.#callsLeft = call;
  }

  /** What the end of the process, or of the machine, leaves: to be called when no call is under way. */
  die(): void {
    this.#dead = true;
    for (const lock of this.#locks) lock.release();
    if (this.#failure === 'power cut') for (const { undo } of this.#undos.reverse()) undo();
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    this.#call('read');
    return await nodeFiles.read(path);
  }

  readSync(path: string): Uint8Array | undefined {
    this.#call('readSync');
    return nodeFiles.readSync(path);
  }

  async list(path: string): ReturnType<ArchiveFiles['list']> {
    this.#call('list');
    return await nodeFiles.list(path);
  }

  async writeSynced(path: string, bytes: Uint8Array): Promise<void> {
    try {
      this.#call('writeSynced');
    } catch (error) {
      if (!existsSync(path)) writeFileSync(path, bytes.subarray(0, bytes.length / 2));
      throw error;
    }
    this.#undos.push({ directory: dirname(path), undo: () => rmSync(path, { force: true }) });
    writeFileSync(path, bytes);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call('rename');
    const replaced = existsSync(to) ? readFileSync(to) : undefined;
    this.#undos.push({
      directory: dirname(to),
      undo: () => {
        renameSync(to, from);
        if (replaced) writeFileSync(to, replaced);
      },
    });
    await nodeFiles.rename(from, to);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#call('syncDirectory');
    const kept = this.#undos.filter(({ directory }) => directory !== path);
    this.#undos.splice(0, this.#undos.length, ...kept);
  }

  async makeDirectory(path: string): Promise<string | undefined> {
    this.#call('makeDirectory');
    const first = await nodeFiles.makeDirectory(path);
    const made: string[] = [];
    for (let at = path; first !== undefined && at.length >= first.length; at = dirname(at)) made.unshift(at);
    for (const at of made) {
      this.#undos.push({ directory: dirname(at), undo: () => rmSync(at, { recursive: true, force: true }) });
    }
    return first;
  }

  async remove(path: string): Promise<boolean> {
    this.#call('remove');
    if (existsSync(path)) {
      const removed = readFileSync(path);
      const directory = dirname(path);
      // A directory whose own removal is on the disk brings nothing in it back.
      this.#undos.push({ directory, undo: () => existsSync(directory) && writeFileSync(path, removed) });
    }
    return await nodeFiles.remove(path);
  }

  async removeDirectory(path: string): Promise<void> {
    this.#call('removeDirectory');
    this.#undos.push({ directory: dirname(path), undo: () => mkdirSync(path) });
    await nodeFiles.removeDirectory(path);
  }

  lock(path: string): FileLock | undefined {
    this.#call('lock');
    const lock = nodeFiles.lock(path);
    if (lock) this.#locks.push(lock);
    return lock;
  }

  #call(name: string): void {
    this.calls++;
    this.#callsLeft--;
    if (this.#dead || this.#callsLeft === 0) {
      if (this.#failure !== 'error') this.#dead = true;
      throw Object.assign(new Error(`injected failure of ${name}`), { code: 'EIO' });
    }
  }
}
