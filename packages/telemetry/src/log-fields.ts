import type { PermittedValue } from './permitted-value.ts';

/**
 * Every field that a log line may have beside time, level, service, event and trace. None can hold an applicant's
 * attribute, a weight, a salt, or a count by group; add to this list only what cannot either. A caller's own ids
 * (`request_id`) are not here: they may be made from a name.
 */
export const LOG_FIELDS = [
  // What the line is about.
  'applicationId',
  'operationId',
  'statement',
  'digest',
  'index',
  'treeSize',
  'bank',
  'scope',
  'window',
  'registration',
  'authority',
  'modelName',
  'modelVersion',
  'keyId',
  'keyClass',
  'circuit',
  // How it went.
  'state',
  'result',
  'check',
  'code',
  'reason',
  'stage',
  'attempt',
  'durationMs',
  'retryMs',
  'exitCode',
  'signal',
  // Where.
  'component',
  'method',
  'peer',
  'address',
  'port',
  'path',
  'stream',
  'consumer',
  'destination',
  'sequence',
  'bytes',
  'limit',
  'engine',
  'pid',
  'version',
] as const;

/** The name of a field that a log line may have. */
export type LogField = (typeof LOG_FIELDS)[number];

/** Fields of a log line. `error` is logged by class, code and place, see `describeError`. */
export type LogFields = { readonly [K in LogField]?: PermittedValue | bigint | undefined } & {
  readonly error?: unknown;
};
