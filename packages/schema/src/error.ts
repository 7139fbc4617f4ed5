/** What a schema document or an applicant's values can do wrong. */
export type SchemaErrorCode =
  | 'document'
  | 'unknown_attribute'
  | 'missing_value'
  | 'inconsistent_flag'
  | 'not_a_decimal'
  | 'too_many_digits'
  | 'below_min'
  | 'above_max'
  | 'not_a_date'
  | 'unlisted_code'
  | 'not_a_flag'
  | 'not_encoded';

/**
 * The one error of this package. It names the field and the limit that was passed, never the value: messages of this
 * class may be logged and returned to callers.
 */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code: SchemaErrorCode;
  /** The attribute's name, or the place in a schema document. */
  readonly field: string;
  /** The declared limit in words or figures, where there is one. */
  readonly limit: string | undefined;

  constructor(code: SchemaErrorCode, field: string, reason: string, limit?: string) {
    super(`${field}: ${reason}${limit === undefined ? '' : ` (limit ${limit})`}`);
    this.code = code;
    this.field = field;
    this.limit = limit;
  }
}
