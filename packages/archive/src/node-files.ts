import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ArchiveFiles, FileEntry, FileLock } from './files.ts';

/** The file system of this machine. */
export const nodeFiles: ArchiveFiles = {
  onDisk: true,

  async read(path) {
    const bytes = await unlessMissing(readFile(path));
    return bytes && withoutBuffer(bytes);
  },

  readSync(path) {
    try {
      return readWhole(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  async list(path) {
    const names = await unlessMissing(readdir(path));
    if (names === undefined) return undefined;
    const entries = await Promise.all(names.sort().map((name) => describeFile(path, name)));
    return entries.filter((entry) => entry !== undefined);
  },

  async writeSynced(path, bytes) {
    const file = await open(path, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },

  rename,

  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },

  makeDirectory: (path) => mkdir(path, { recursive: true }),

  remove: async (path) => (await unlessMissing(unlink(path).then(() => true))) ?? false,

  removeDirectory: rmdir,

  lock: lockFile,
};

/** Locks of this process: the system's own are per process, and would let a second holder in it pass. */
const held = new Set<string>();

/**
 * Node has no file locks of its own; SQLite does. An exclusive transaction on an empty database file holds the
 * system's lock until the process ends, however it ends, so that no lock is ever stale and no process id is guessed at.
 * Nothing is written: the file stays empty, and has no journal beside it. Opening the file elsewhere in this process would lose the lock.
 */
function lockFile(path: string): FileLock | undefined {
  const real = join(realpathSync(dirname(path)), 'lock');
  if (held.has(real)) return undefined;
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  held.add(real);
  return {
    release() {
      if (!held.delete(real)) return;
      database.close();
    },
  };
}

/** Where files are read to first. Most blobs fit it. */
const scratch = new Uint8Array(2 ** 16);

/** A file's bytes. Where the size is not asked for first, a small file costs two thirds of `readFileSync`: an index is built of many. */
function readWhole(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const parts: Uint8Array[] = [];
    let filled = 0;
    for (let read = -1; read !== 0; ) {
      if (filled === scratch.length) {
        parts.push(scratch.slice());
        filled = 0;
      }
      read = readSync(file, scratch, filled, scratch.length - filled, null);
      filled += read;
    }
    const rest = scratch.slice(0, filled);
    return parts.length === 0 ? rest : withoutBuffer(Buffer.concat([...parts, rest]));
  } finally {
    closeSync(file);
  }
}

/** A Buffer's `slice` shares memory where a Uint8Array's copies: none is handed out. */
function withoutBuffer(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function describeFile(directory: string, name: string): Promise<FileEntry | undefined> {
  const stats = await unlessMissing(lstat(join(directory, name)));
  if (stats === undefined) return undefined;
  if (stats.isFile()) return { name, kind: 'file', size: stats.size };
  return { name, kind: stats.isDirectory() ? 'directory' : 'other', size: 0 };
}

async function unlessMissing<T>(pending: Promise<T>): Promise<T | undefined> {
  try {
    return await pending;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
