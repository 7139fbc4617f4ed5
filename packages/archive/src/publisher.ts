import { dirname, join } from 'node:path';
import type { ArchiveFiles } from './files.ts';
import { STAGING } from './layout.ts';
import { inParallel } from './parallel.ts';

/** A file to appear in the archive, at a path inside it. */
export type Publication = { readonly path: string; readonly bytes: Uint8Array };

/** Makes files appear in the archive whole and durably, or (after a crash) not at all. */
export class Publisher {
  readonly #files: ArchiveFiles;
  readonly #dir: string;
  /** Directories inside the archive whose own names are known to be on the disk. */
  readonly #durable = new Set<string>(['.']);
  #staged = 0;

  constructor(files: ArchiveFiles, dir: string) {
    this.#files = files;
    this.#dir = dir;
  }

  /** Makes the directory of the archive, the one for staging, and their names durable; removes what was staged. */
  async prepare(): Promise<void> {
    const staging = join(this.#dir, STAGING);
    const made = (await this.#files.makeDirectory(staging)) ?? staging;
    for (let path = staging; path.length >= made.length; path = dirname(path)) {
      await this.#files.syncDirectory(dirname(path));
    }
    for (const file of (await this.#files.list(staging)) ?? []) await this.#files.remove(join(staging, file.name));
  }

  /**
   * Writes and syncs the bytes of every file under a staged name, gives each its name, and syncs the directories:
   * returning means that all of it survives a power cut. No order among the files is promised before that.
   */
  async publish(publications: readonly Publication[]): Promise<void> {
    const parents = new Set(publications.map(({ path }) => dirname(path)));
    const changed = new Set([...parents, ...(await this.#makeDirectories(parents))]);
    const staged = publications.map((publication) => ({ ...publication, staging: this.#stagingPath() }));
    await inParallel(staged, ({ staging, bytes }) => this.#files.writeSynced(staging, bytes));
    await inParallel(staged, ({ staging, path }) => this.#files.rename(staging, join(this.#dir, path)));
    await inParallel(changed, (path) => this.#files.syncDirectory(join(this.#dir, path)));
    for (const path of parents) {
      for (let at = path; at !== '.'; at = dirname(at)) this.#durable.add(at);
    }
  }

  /** Makes the directories that are not known to be durable; gives those in which names may be new. */
  async #makeDirectories(paths: Iterable<string>): Promise<string[]> {
    const changed: string[] = [];
    for (const path of paths) {
      if (this.#durable.has(path)) continue;
      await this.#files.makeDirectory(join(this.#dir, path));
      for (let at = path; !this.#durable.has(at); at = dirname(at)) changed.push(dirname(at));
    }
    return changed;
  }

  #stagingPath(): string {
    this.#staged++;
    return join(this.#dir, STAGING, String(this.#staged));
  }
}
