import { VerifyError } from './error.ts';

/** Deepest nesting of a document; more is refused before it can exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * RFC 8785 canonical JSON of a value that `JSON.parse` gave, or that is made of the same kinds of value.
 *
 * @throws VerifyError `malformed` for a lone surrogate, a number that is not finite, another kind of value, or deeper nesting than 64
 */
export function canonicalJson(value: unknown): string {
  // `JSON.stringify` writes everything as RFC 8785 has it, but for the order of members: what has that order already needs no more.
  return isInOrder(value, 0) ? JSON.stringify(value) : inOrder(value);
}

/** Whether the members of all objects in a value are in canonical order. Refuses what has no canonical form. */
function isInOrder(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new VerifyError('malformed', `a document is nested at most ${MAX_DEPTH} deep`);
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new VerifyError('malformed', 'a text is not well-formed Unicode');
      return true;
    case 'number':
      if (!Number.isFinite(value)) throw new VerifyError('malformed', 'a number is out of range');
      return true;
    case 'boolean':
      return true;
    case 'object':
      if (value === null) return true;
      return Array.isArray(value) ? areInOrder(value, depth) : hasOrder(value as JsonMembers, depth);
    default:
      throw new VerifyError('malformed', 'a value is none of JSON');
  }
}

type JsonMembers = Readonly<Record<string, unknown>>;

function areInOrder(items: readonly unknown[], depth: number): boolean {
  let ordered = true;
  for (const item of items) ordered = isInOrder(item, depth + 1) && ordered;
  return ordered;
}

/** By UTF-16 code units, as RFC 8785 has it, and as strings are compared. */
function hasOrder(object: JsonMembers, depth: number): boolean {
  let ordered = true;
  let last = '';
  for (const name of namesOf(object)) {
    isInOrder(name, depth);
    ordered = isInOrder(object[name], depth + 1) && ordered && last <= name;
    last = name;
  }
  return ordered;
}

/** The canonical form of a value that has one. */
function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as JsonMembers;
  const members = namesOf(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${inOrder(object[name])}`);
  return `{${members.join(',')}}`;
}

function namesOf(object: JsonMembers): string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}
