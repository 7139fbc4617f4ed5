/** Why something could not be sealed or opened. */
export type SealErrorCode =
  /** Not a key that this package seals with. */
  | 'KEY_UNSUPPORTED'
  /** Not sealed to this key, not sealed for this use, or changed on the way. */
  | 'SEAL_REFUSED';

/** The one error of this package. Messages say nothing of what was sealed. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code: SealErrorCode;

  constructor(code: SealErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
