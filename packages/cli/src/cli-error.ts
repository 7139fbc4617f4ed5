/** What was wrong with a call, for the exit status: 2 a wrong call, 1 a check that failed. */
export type CliErrorCode = 'USAGE' | 'INPUT' | 'CHECK_FAILED';

/** The one error of the command line. Its message is what the user reads. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
