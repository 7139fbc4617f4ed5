/** What telemetry refused or lost since the process started. */
export interface TelemetryCounters {
  /** Fields, attributes, names and messages that were not permitted, in logs and spans together. */
  readonly refused: number;
  /** Exports of spans that failed. */
  readonly failedExports: number;
}

let refused = 0;
let failedExports = 0;

/** Reads the counters, for health pages and tests: a refusal is a mistake in the code that made it. */
export function telemetryCounters(): TelemetryCounters {
  return { refused, failedExports };
}

export function countRefused(n = 1): void {
  refused += n;
}

export function countFailedExport(): void {
  failedExports += 1;
}
