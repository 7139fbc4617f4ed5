import { canonicalJson } from './canonical-json.ts';
import { VerifyError } from './error.ts';

/** A JSON object of unknown content. */
export type JsonObject = { readonly [key: string]: unknown };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses UTF-8 bytes as one JSON object. @throws VerifyError `malformed` */
export function parseJsonObject(bytes: Uint8Array, what: string): JsonObject {
  return parseJsonText(bytes, what).object;
}

/**
 * Parses the RFC 8785 canonical form of one JSON object, and nothing but it: a document has one form, so that no two
 * readers can differ over a repeated member, and no two digests stand for one document.
 *
 * @throws VerifyError `malformed`
 */
export function parseCanonicalObject(bytes: Uint8Array, what: string): JsonObject {
  const { object, text } = parseJsonText(bytes, what);
  if (canonicalJson(object) !== text) throw new VerifyError('malformed', `${what} is not in canonical form`);
  return object;
}

/** As `parseJsonObject`, with the text that the bytes are. @throws VerifyError `malformed` */
export function parseJsonText(bytes: Uint8Array, what: string): { readonly object: JsonObject; readonly text: string } {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new VerifyError('malformed', `${what} is not JSON`, { cause });
  }
  return { object: asObject(value, what), text };
}

/** `value` as an object, refusing arrays and null. */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new VerifyError('malformed', `${what} is not an object`);
  return value as JsonObject;
}

/** Refuses members that are not among `names`: nothing unread is signed or stored. */
export function onlyMembers(object: JsonObject, names: readonly string[], what: string): void {
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) throw new VerifyError('malformed', `${what} has a member that its format does not have`);
  }
}

/** A string member, matching `pattern` where given. */
export function stringMember(object: JsonObject, name: string, what: string, pattern?: RegExp): string {
  const value = object[name];
  if (typeof value !== 'string') throw new VerifyError('malformed', `${what}.${name} is not a string`);
  if (pattern !== undefined && !pattern.test(value))
    throw new VerifyError('malformed', `${what}.${name} is not of the form ${pattern}`);
  return value;
}

/** An integer member from `min` to `max`. */
export function integerMember(object: JsonObject, name: string, what: string, min: number, max: number): number {
  const value = object[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new VerifyError('malformed', `${what}.${name} is not an integer from ${min} to ${max}`);
}

/** A member that is a canonical decimal string below `limit`. */
export function decimalMember(object: JsonObject, name: string, what: string, limit: bigint): bigint {
  const value = BigInt(stringMember(object, name, what, /^(0|[1-9][0-9]{0,77})$/));
  if (value >= limit) throw new VerifyError('malformed', `${what}.${name} is not below its limit`);
  return value;
}

/** Standard base64 with padding, and nothing but it. @throws VerifyError `malformed` */
export function decodeBase64(text: string, what: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new VerifyError('malformed', `${what} is not base64`, { cause });
  }
  if (btoa(binary) !== text) throw new VerifyError('malformed', `${what} is not canonical base64`);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
