import { stringId } from '@assay/field';

const PART = '[a-z0-9-]{1,40}';
/** Form of a bank's name. */
export const BANK_PATTERN = new RegExp(`^${PART}$`);
/** Form of a scope: `bank/product/period`. */
export const SCOPE_PATTERN = new RegExp(`^${PART}/${PART}/${PART}$`);

/** The bank that a scope belongs to. */
export function bankOfScope(scope: string): string {
  return scope.slice(0, scope.indexOf('/'));
}

/** A scope's field element. */
export function scopeElement(scope: string): bigint {
  return stringId(scope);
}
