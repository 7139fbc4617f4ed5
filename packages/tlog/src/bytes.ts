import { TlogError } from './error.ts';

/** Whether two byte strings are the same. Nothing compared here is secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** The byte strings one after the other, in a fresh array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** UTF-8 text of bytes, refusing what is not UTF-8 (a byte-order mark is kept: it is part of the text). */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TlogError('malformed', `${what} is not UTF-8`, { cause });
  }
}

/** Standard Base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Bytes of standard Base64. `atob` forgives white space, missing padding and stray trailing bits, so that many texts
 * would stand for the same bytes; only the text that `encodeBase64` writes is taken.
 *
 * @throws TlogError `malformed`
 */
export function decodeBase64(text: string, what: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new TlogError('malformed', `${what} is not Base64`, { cause });
  }
  if (btoa(binary) !== text) throw new TlogError('malformed', `${what} is not canonical Base64`);
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
