/**
 * - `NO_ENGINE`: containers are required and no engine answers.
 * - `BAD_EXPORT`: bytes that are no OTLP trace export.
 * - `TIMEOUT`: what was waited for did not happen.
 */
export type TestkitErrorCode = 'NO_ENGINE' | 'BAD_EXPORT' | 'TIMEOUT';

/** The one error class of this package. */
export class TestkitError extends Error {
  override readonly name = 'TestkitError';
  readonly code: TestkitErrorCode;

  constructor(code: TestkitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
