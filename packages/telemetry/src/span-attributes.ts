import { countRefused } from './counters.ts';
import { isPermittedValue, type PermittedValue } from './permitted-value.ts';

/**
 * Every attribute that a span may carry. None can hold an applicant's attribute, a weight, a salt, or a count by group;
 * add to this list only what cannot either.
 */
export const SPAN_ATTRIBUTES = [
  // OpenTelemetry conventions, as `rpc` and `bus` set them.
  'error.type',
  'messaging.destination.name',
  'messaging.system',
  'rpc.method',
  'rpc.response.status_code',
  'rpc.service',
  'rpc.system.name',
  // The application, operation, statement or entry that the work is about, by its public name.
  'assay.application_id',
  'assay.operation_id',
  'assay.statement',
  'assay.digest',
  'assay.index',
  'assay.bank',
  'assay.scope',
  'assay.window',
  // How the work went.
  'assay.result',
  'assay.check',
  'assay.code',
  'assay.attempt',
  'assay.circuit',
  'assay.engine',
  'assay.stage',
] as const;

/** The name of an attribute that a span may carry. */
export type SpanAttribute = (typeof SPAN_ATTRIBUTES)[number];

/** Attributes of a span. */
export type SpanAttributes = { readonly [K in SpanAttribute]?: PermittedValue };

const PERMITTED: ReadonlySet<string> = new Set(SPAN_ATTRIBUTES);

/** The attributes that may be exported; the others are counted and left out. */
export function permittedAttributes(attributes: object): Record<string, PermittedValue> {
  const permitted: Record<string, PermittedValue> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (PERMITTED.has(key) && isPermittedValue(value)) permitted[key] = value;
    else countRefused();
  }
  return permitted;
}
