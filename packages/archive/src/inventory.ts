import { join } from 'node:path';
import type { ArchiveFiles } from './files.ts';

/** Every file of an archive by its path inside it, from which what has been checked is struck off. */
export class Inventory {
  readonly #dir: string;
  readonly #files: ArchiveFiles;
  /** Paths not struck off, with sizes in bytes; undefined for what is no regular file, and is never read. */
  readonly #rest = new Map<string, number | undefined>();

  private constructor(dir: string, files: ArchiveFiles) {
    this.#dir = dir;
    this.#files = files;
  }

  /** Lists a directory and all below it. Links are not followed. */
  static async of(dir: string, files: ArchiveFiles): Promise<Inventory> {
    const inventory = new Inventory(dir, files);
    await inventory.#list('');
    return inventory;
  }

  /** Reads a file and strikes it off; undefined where there is none, or no regular one. */
  async take(path: string): Promise<Uint8Array | undefined> {
    if (this.#rest.get(path) === undefined) return undefined;
    this.#rest.delete(path);
    return await this.#files.read(join(this.#dir, path));
  }

  /** Strikes an empty file off without opening it. */
  takeEmpty(path: string): void {
    if (this.#rest.get(path) === 0) this.#rest.delete(path);
  }

  /** Paths that are left, by prefix, in order. */
  left(prefix: string): string[] {
    return [...this.#rest.keys()].filter((path) => path.startsWith(prefix)).sort();
  }

  async #list(below: string): Promise<void> {
    for (const { name, kind, size } of (await this.#files.list(join(this.#dir, below))) ?? []) {
      const path = below === '' ? name : `${below}/${name}`;
      if (kind === 'directory') await this.#list(path);
      else this.#rest.set(path, kind === 'file' ? size : undefined);
    }
  }
}
