/** What a log field or span attribute may hold. */
export type PermittedValue = string | number | boolean;

/** Printable ASCII without spaces: names, codes, digests, addresses. Free text is nothing to log. */
const TEXT = /^[\x21-\x7e]{1,200}$/;

/** Whether a value has a form that fields and attributes may have. */
export function isPermittedValue(value: unknown): value is PermittedValue {
  if (typeof value === 'string') return TEXT.test(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
