/** What was wrong, for callers that branch on it. */
export type KycProverErrorCode =
  /** The published sets do not have the roots in force: newer files are needed. */
  | 'SETS_OUTDATED'
  /** What was registered for the scope cannot be used. */
  | 'REGISTRY';

/** The one error of this service. Messages hold ids, fields and limits, never values. */
export class KycProverError extends Error {
  override readonly name = 'KycProverError';
  readonly code: KycProverErrorCode;

  constructor(code: KycProverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
