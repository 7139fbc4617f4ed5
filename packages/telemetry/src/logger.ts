import { trace } from '@opentelemetry/api';
import { countRefused } from './counters.ts';
import { describeError, type OwnErrorClass } from './describe-error.ts';
import { LOG_FIELDS, type LogFields } from './log-fields.ts';
import { isPermittedValue } from './permitted-value.ts';

/** In ascending order. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Writes one line of JSON per event. The event is fixed lower-case words, such as `window proved`. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** How a logger is made. */
export interface LoggerOptions {
  /** The lowest level that is written; `info` unless given. */
  readonly level?: LogLevel;
  /** Classes whose messages may be logged. Of other errors only class, code and place are. */
  readonly ownErrors?: readonly OwnErrorClass[];
  /** Takes each line, with its line feed; standard error unless given. */
  readonly write?: (line: string) => void;
}

/** Fixed words without digits: no number can be logged by writing it into the event. */
const EVENT = /^[a-z]+(?:[ -][a-z]+){0,11}$/;
const FIELDS: ReadonlySet<string> = new Set(LOG_FIELDS);

/**
 * A logger of JSON lines: `time`, `level`, `service`, `event`, permitted fields, `traceId` and `spanId` of the active
 * span. A field that is not permitted is left out and counted, in the line's `refused` too.
 */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const { level = 'info', ownErrors = [], write = (line) => void process.stderr.write(line) } = options;
  const log =
    (at: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(at) < LEVELS.indexOf(level)) return;
      write(`${JSON.stringify(line(at, service, event, fields, ownErrors))}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function line(
  level: LogLevel,
  service: string,
  event: string,
  { error, ...fields }: LogFields,
  ownErrors: readonly OwnErrorClass[],
): object {
  const named = EVENT.test(event);
  const { permitted, refused: refusedFields } = permittedFields(fields);
  const refused = refusedFields + (named ? 0 : 1);
  countRefused(refused);
  const span = trace.getActiveSpan()?.spanContext();
  return {
    time: new Date().toISOString(),
    level,
    service,
    event: named ? event : 'unnamed',
    ...permitted,
    ...(error !== undefined && { error: describeError(error, ownErrors) }),
    ...(span !== undefined && { traceId: span.traceId, spanId: span.spanId }),
    ...(refused > 0 && { refused }),
  };
}

function permittedFields(fields: object): { permitted: Record<string, unknown>; refused: number } {
  const permitted: Record<string, unknown> = {};
  let refused = 0;
  for (const [name, given] of Object.entries(fields)) {
    if (given === undefined) continue;
    const value: unknown = typeof given === 'bigint' ? given.toString() : given;
    if (FIELDS.has(name) && isPermittedValue(value)) permitted[name] = value;
    else refused += 1;
  }
  return { permitted, refused };
}
