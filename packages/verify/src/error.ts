/** What was wrong with a document, for callers that branch on it. */
export type VerifyErrorCode =
  /** Bytes that are not the document they should be. */
  | 'malformed'
  /** More bytes than the format allows. */
  | 'too-large'
  /** The trust configuration is incomplete or contradicts itself. */
  | 'trust'
  /** A notice does not say what was logged, signed or proved. */
  | 'notice'
  /** An archive breaks a rule that no single entry names. */
  | 'archive'
  /** A checkpoint is not the log's, or not cosigned as the trust configuration requires. */
  | 'head'
  /** What lists removed blobs is no record of the log's. */
  | 'pruning'
  /** A bundle of evidence does not show what it is to show. */
  | 'evidence';

/** The one error of this package. Messages name fields, entries and limits, never values of applicants. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;

  constructor(code: VerifyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
