/** What was wrong, for callers that branch on it. */
export type KycProverErrorCode =
  /** The configuration file is incomplete. */
  | 'CONFIG'
  /** The published sets do not have the roots in force: newer files are needed. */
  | 'SETS_OUTDATED'
  /** What was registered for the scope cannot be used. */
  | 'REGISTRY'
  /** No such application. */
  | 'APPLICATION_UNKNOWN'
  /** The application is not in the state that the request needs. */
  | 'APPLICATION_STATE'
  /** The recipient of sealed numbers is not the configured one. */
  | 'RECIPIENT_UNKNOWN'
  /** An opening that is asked for was erased, or never was here. */
  | 'OPENING_MISSING';

/** The one error of this service. Messages hold ids, fields and limits, never values. */
export class KycProverError extends Error {
  override readonly name = 'KycProverError';
  readonly code: KycProverErrorCode;

  constructor(code: KycProverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
