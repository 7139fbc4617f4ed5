/** What kept the verifier from working, for callers that branch on it. */
export type VerifierErrorCode =
  /** The trust configuration does not fit the verifier's own key or the keys' class. */
  | 'TRUST'
  /** The configuration, or a file that it names, cannot be used. */
  | 'CONFIG'
  /** An append failed: nothing more is archived by this process. */
  | 'BROKEN'
  /** A log witness does not cosign. */
  | 'COSIGNATURE';

/** The one error of this service. */
export class VerifierError extends Error {
  override readonly name = 'VerifierError';
  readonly code: VerifierErrorCode;

  constructor(code: VerifierErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
