/**
 * Why an operation of this package failed.
 *
 * - `NOT_CANONICAL`: a number lies outside the field, the scalars or the range that is asked for.
 * - `WRONG_LENGTH`: a list or byte string has another length than its format.
 * - `INVALID_POINT`: a point is off the curve or outside the prime-order subgroup.
 * - `INVALID_STRING`: a label is not in the alphabet it has to be in.
 * - `INVALID_SET`: values of an indexed tree repeat, are zero or too many.
 */
export type FieldErrorCode = 'NOT_CANONICAL' | 'WRONG_LENGTH' | 'INVALID_POINT' | 'INVALID_STRING' | 'INVALID_SET';

/** The one error of this package. Messages name what was wrong, never a value. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: FieldErrorCode;

  constructor(code: FieldErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
