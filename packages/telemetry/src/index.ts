export { type TelemetryCounters, telemetryCounters } from './counters.ts';
export { describeError, type ErrorDescription, type OwnErrorClass } from './describe-error.ts';
export { TelemetryError, type TelemetryErrorCode } from './error.ts';
export { errorType } from './error-type.ts';
export { LOG_FIELDS, type LogField, type LogFields } from './log-fields.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { SPAN_ATTRIBUTES, type SpanAttribute, type SpanAttributes } from './span-attributes.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';
export { type SpanInit, type WorkSpan, withSpan } from './with-span.ts';
