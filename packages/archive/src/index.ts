export { type Appended, Archive, type ArchiveOptions, MAX_BATCH, type NewEntry } from './archive.ts';
export { ArchiveError, type ArchiveErrorCode } from './error.ts';
export type { ArchiveFiles, FileEntry, FileLock } from './files.ts';
export { blobDigest, blobPath } from './layout.ts';
export { ArchiveReader, type IndexedEntry } from './reader.ts';
