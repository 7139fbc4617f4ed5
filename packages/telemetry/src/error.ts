/** What can be wrong with starting telemetry. */
export type TelemetryErrorCode = 'ALREADY_STARTED' | 'BAD_ENDPOINT';

/** An error of this package. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';
  readonly code: TelemetryErrorCode;

  constructor(code: TelemetryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
