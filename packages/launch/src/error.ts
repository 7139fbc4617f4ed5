/**
 * - `NATS_SERVER_MISSING`: no nats-server of a sufficient version was found.
 * - `NOT_READY`: a process did not report that it is ready in time.
 * - `ENDED_EARLY`: a process ended before it was ready.
 */
export type LaunchErrorCode = 'NATS_SERVER_MISSING' | 'NOT_READY' | 'ENDED_EARLY';

/** The one error class of this package. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
