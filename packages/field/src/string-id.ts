import { sha256 } from '@noble/hashes/sha2.js';
import { integerFromBytes } from './bytes.ts';
import { FieldError } from './error.ts';
import { type Fr, fr } from './fr.ts';

/**
 * The element that stands for a bank, scope, officer or document: the first 31 bytes of the SHA-256 of the UTF-8 bytes,
 * big-endian (248 bits).
 *
 * @throws FieldError `INVALID_STRING` for a lone surrogate, which UTF-8 cannot tell from U+FFFD.
 */
export function stringId(text: string): Fr {
  if (!text.isWellFormed()) throw new FieldError('INVALID_STRING', 'a name holds a lone surrogate');
  return fr(integerFromBytes(sha256(new TextEncoder().encode(text)).subarray(0, 31)));
}
