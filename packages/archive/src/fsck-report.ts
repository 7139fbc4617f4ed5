import type { SignedCheckpoint } from '@assay/tlog';
import type { RemovedBlob } from './pruned-blobs.ts';

/** What does not fit. */
export type ProblemCode =
  /** The checkpoint is missing, malformed, of another log, or not signed by the log's key. Nothing else was checked. */
  | 'checkpoint-refused'
  /** The checkpoint has a signature line by a key that was not given. */
  | 'signature-unknown'
  /** The log is shorter than the checkpoint it must contain. */
  | 'rolled-back'
  /** The log does not contain the checkpoint it must contain. */
  | 'forked'
  /** An entry is not the one that was logged. */
  | 'entry-mismatch'
  /** The caller's code could not tell which blobs an entry names. */
  | 'entry-unreadable'
  /** A tile's hash is not that of the entries below it. */
  | 'tile-mismatch'
  /** A tile or bundle is missing. */
  | 'tile-missing'
  /** The entries, all together, do not have the signed root. */
  | 'root-mismatch'
  /** A blob does not have the digest in its name. */
  | 'blob-mismatch'
  /** A pruning record is not signed by the log's key, malformed, or lists a blob that had still to be kept. */
  | 'pruning-refused'
  /** An entry names a blob that is not there, and no pruning record lists it. */
  | 'blob-missing'
  /** No entry names the blob. */
  | 'blob-unreferenced'
  /** Left by an append that was cut off, or in progress: no part of the log, removed when a writer opens it. */
  | 'uncommitted'
  /** Nothing that an archive has. */
  | 'unexpected-file';

/** One finding. */
export type Problem = {
  readonly code: ProblemCode;
  /** Path inside the archive. */
  readonly file: string;
  /** The entry concerned: the first one, where the damage covers several. */
  readonly entry?: number;
  /** What was found, for people. */
  readonly message: string;
};

/** What `fsck` found. Without problems, every byte of the directory is what the signed checkpoint stands for. */
export type FsckReport = {
  /** The verified head; undefined only with the problem `checkpoint-refused`. */
  readonly checkpoint: SignedCheckpoint | undefined;
  /** In the order of entries and files; empty where everything fits. */
  readonly problems: readonly Problem[];
  /** Blobs that entries name and that signed pruning records list: removed when their retention ended. */
  readonly pruned: readonly RemovedBlob[];
};
