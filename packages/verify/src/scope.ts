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

/** Names whose elements are kept: more than there are scopes in use at a time. */
const MOST_KEPT = 1000;
const elements = new Map<string, bigint>();

/** The field element of a scope, or of a bank. Every intake names the same few. */
export function scopeElement(scope: string): bigint {
  const known = elements.get(scope);
  if (known !== undefined) return known;
  const element = stringId(scope);
  if (elements.size === MOST_KEPT) elements.clear();
  elements.set(scope, element);
  return element;
}
