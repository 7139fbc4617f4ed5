import { VerifyError } from './error.ts';

/** Deepest nesting of a document; more is refused before it can exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * RFC 8785 canonical JSON of a value that `JSON.parse` gave, or that is made of the same kinds of value.
 *
 * @throws VerifyError `malformed` for a lone surrogate, a number that is not finite, another kind of value, or deeper nesting than 64
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new VerifyError('malformed', `a document is nested at most ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new VerifyError('malformed', 'a text is not well-formed Unicode');
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new VerifyError('malformed', 'a number is out of range');
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : canonicalObject(value as Readonly<Record<string, unknown>>, depth);
    default:
      throw new VerifyError('malformed', 'a value is none of JSON');
  }
}

/** Members sorted by UTF-16 code units, as RFC 8785 has it and `sort` does. */
function canonicalObject(object: Readonly<Record<string, unknown>>, depth: number): string {
  const members = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort()
    .map((name) => `${canonicalJson(name)}:${canonicalJson(object[name], depth + 1)}`);
  return `{${members.join(',')}}`;
}
