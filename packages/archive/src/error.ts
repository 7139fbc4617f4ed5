/** What was wrong, for callers that branch on it. */
export type ArchiveErrorCode =
  /** Another process, or another `Archive` of this one, writes to the directory. */
  | 'locked'
  /** An append failed on the way to the disk. Nothing more is appended until the archive is opened again. */
  | 'broken'
  /** The archive was closed. */
  | 'closed'
  /** A file is missing or does not fit the signed checkpoint or its own name. */
  | 'corrupt'
  /** The directory has tiles or blobs but no checkpoint: a log must not be started over its remains. */
  | 'checkpoint-missing'
  /** The checkpoint is malformed, of another log, or not signed by the log's key. */
  | 'checkpoint-refused'
  /** The signer's name is not the archive's origin. */
  | 'origin-mismatch'
  /** A leaf has more than 65,535 bytes. */
  | 'leaf-too-large'
  /** A batch is empty or has more than `MAX_BATCH` entries. */
  | 'batch-size'
  /** An index or size lies outside the log. */
  | 'out-of-range'
  /** A pruning record is malformed, of another log, not signed by the log's key, or lists what was still to be kept. */
  | 'pruning-refused'
  /** A digest is not 32 bytes. */
  | 'malformed'
  /** A server that has the files does not give one. */
  | 'unavailable';

/** The one error of this package. Messages hold paths inside the archive, sizes and indices, never entries. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
