/** What was wrong, for callers that branch on it. */
export type StatementErrorCode =
  /** A document breaks its shape, or names what its schema does not have. */
  | 'malformed-document'
  /** A value does not fit the bits that the circuit gives it. */
  | 'out-of-range'
  /** A credential is not what its issuer signed. */
  | 'signature-refused'
  /** The two credentials of an application, its attributes or its bank do not belong together. */
  | 'credential-mismatch'
  /** A credential or its issuer is not in force on the day of the intake. */
  | 'not-in-force'
  /** A credential was revoked. */
  | 'revoked'
  /** A credential's issuer is not in the trusted set for its role and schema, or attests more than it may. */
  | 'issuer-not-trusted'
  /** No credential attests a slot that the policy wants attested. */
  | 'not-attested'
  /** The applicant has applied as often as the policy permits. */
  | 'ordinal-exceeded';

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
