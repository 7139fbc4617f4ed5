import type { ArchiveFiles } from './files.ts';
import { nodeFiles } from './node-files.ts';

/** Bytes of files that are kept. */
const CAPACITY = 8 * 2 ** 20;

/**
 * The same files, of which those written last are read from memory: what was just archived is indexed, and its receipts are asked for, at
 * once. Exact, as long as this process is the only one that writes them, which the archive's lock sees to; `verify-archive` reads the disk.
 *
 * @param capacity bytes that are kept at most
 */
export function recentFiles(files: ArchiveFiles = nodeFiles, capacity = CAPACITY): ArchiveFiles {
  /** Oldest first. */
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const forget = (path: string): void => {
    size -= kept.get(path)?.length ?? 0;
    kept.delete(path);
  };
  const keep = (path: string, bytes: Uint8Array): void => {
    forget(path);
    kept.set(path, bytes);
    size += bytes.length;
    for (const oldest of kept.keys()) {
      if (size <= capacity) break;
      forget(oldest);
    }
  };
  return {
    ...files,
    read: async (path) => copy(kept.get(path)) ?? (await files.read(path)),
    readSync: (path) => copy(kept.get(path)) ?? files.readSync(path),
    writeSynced: async (path, bytes) => {
      forget(path);
      await files.writeSynced(path, bytes);
      keep(path, new Uint8Array(bytes));
    },
    rename: async (from, to) => {
      const bytes = kept.get(from);
      forget(from);
      forget(to);
      await files.rename(from, to);
      if (bytes !== undefined) keep(to, bytes);
    },
    remove: (path) => {
      forget(path);
      return files.remove(path);
    },
  };
}

/** Callers may change what they read. */
function copy(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && new Uint8Array(bytes);
}
