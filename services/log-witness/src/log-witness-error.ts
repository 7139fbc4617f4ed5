/** What went wrong, for callers that branch on it. */
export type LogWitnessErrorCode =
  /** A request is not of its form. */
  | 'MALFORMED'
  /** What a log serves does not fit its own checkpoint: it may be in the middle of a change. */
  | 'UNFIT';

/** The one error of this service. */
export class LogWitnessError extends Error {
  override readonly name = 'LogWitnessError';
  readonly code: LogWitnessErrorCode;

  constructor(code: LogWitnessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
