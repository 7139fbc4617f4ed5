/** What was wrong, for callers that branch on it. */
export type StatementErrorCode =
  /** A document breaks its shape, or names what its schema does not have. */
  | 'malformed-document'
  /** A value does not fit the bits that the circuit gives it. */
  | 'out-of-range'
  /** A credential is not what its issuer signed. */
  | 'signature-refused';

/** The one error of this package. Messages name fields and limits, never values. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly code: StatementErrorCode;
  /** Dotted path of the offending field. */
  readonly field: string;

  constructor(code: StatementErrorCode, field: string, message: string, options?: ErrorOptions) {
    super(`${field}: ${message}`, options);
    this.code = code;
    this.field = field;
  }
}
