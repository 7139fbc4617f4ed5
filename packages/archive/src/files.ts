/** A name in a directory. `size` is in bytes, 0 for what is no regular file. */
export type FileEntry = { readonly name: string; readonly kind: 'file' | 'directory' | 'other'; readonly size: number };

/** A held lock. */
export interface FileLock {
  /** Gives the lock up. */
  release(): void;
}

/**
 * Every call that the archive makes to a file system, so that a test can let each of them fail. Paths are absolute.
 * "Nothing there" is an outcome (`undefined`, `false`); every other failure is thrown as the system reports it.
 */
export interface ArchiveFiles {
  /** Whether other threads find the same files on this machine's disk: then they may read ahead. Absent where they are not known to. */
  readonly onDisk?: true;
  /** The bytes of a file, undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** As `read`, for the callbacks of a database transaction, which cannot wait. */
  readSync(path: string): Uint8Array | undefined;
  /** What a directory holds, sorted by name, undefined where there is none. */
  list(path: string): Promise<FileEntry[] | undefined>;
  /** Writes a file anew and syncs its bytes (not its name) to the disk. */
  writeSynced(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file a new name, replacing what had it, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Syncs the names in a directory to the disk. */
  syncDirectory(path: string): Promise<void>;
  /** Makes a directory and its parents; gives the first one it had to make. */
  makeDirectory(path: string): Promise<string | undefined>;
  /** Removes a file; false where there is none. */
  remove(path: string): Promise<boolean>;
  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void>;
  /** Takes an exclusive lock that ends with the process, undefined where another holds it. Makes an empty file. */
  lock(path: string): FileLock | undefined;
}

/** All that reading an archive takes. */
export type ReadableFiles = Pick<ArchiveFiles, 'read' | 'readSync' | 'onDisk'>;
