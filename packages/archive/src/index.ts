export { type Appended, Archive, type ArchiveOptions, MAX_BATCH, type NewEntry } from './archive.ts';
export { type ApplyEntry, ArchiveIndex, type BlobReader, type IndexDefinition } from './archive-index.ts';
export { ArchiveError, type ArchiveErrorCode } from './error.ts';
export type { ArchiveFiles, FileEntry, FileLock } from './files.ts';
export { type FsckOptions, fsck } from './fsck.ts';
export type { FsckReport, Problem, ProblemCode } from './fsck-report.ts';
export { blobDigest, blobPath } from './layout.ts';
export { ArchiveReader, type IndexedEntry } from './reader.ts';
export { recentFiles } from './recent-files.ts';
