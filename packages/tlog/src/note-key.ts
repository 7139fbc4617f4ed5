import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '#sha256';
import { concatBytes, decodeBase64, encodeBase64 } from './bytes.ts';
import { type Ed25519Check, strictEd25519 } from './ed25519-check.ts';
import { TlogError } from './error.ts';

/** Signature type of plain Ed25519 in C2SP signed notes. */
const ED25519 = 0x01;

/** A key that notes are verified with. Other kinds of signature (a log witness's) are other implementations of this. */
export interface NoteVerifier {
  /** The key's name, such as the log's origin. */
  readonly name: string;
  /** The key's id, an unsigned 32-bit integer. With `name` it says which signature lines are this key's. */
  readonly keyId: number;
  /** Whether `signature`, without the key id before it, is this key's over the note's text. */
  verify(text: Uint8Array, signature: Uint8Array): boolean;
}

/** What signs notes: a key in a file, or one that never leaves its module. Ed25519 (RFC 8032) over the message. */
export interface NoteSigner {
  /** The key's name, such as the log's origin. */
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A signature of 64 bytes. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * A signer that holds its secret key (32 bytes) in memory.
 *
 * @throws TlogError `malformed` (the name or the key's length)
 */
export function ed25519NoteSigner(name: string, secretKey: Uint8Array): NoteSigner {
  checkKeyName(name);
  if (secretKey.length !== 32) throw new TlogError('malformed', 'an Ed25519 secret key has 32 bytes');
  const secret = new Uint8Array(secretKey);
  return { name, publicKey: ed25519.getPublicKey(secret), sign: (message) => ed25519.sign(message, secret) };
}

/**
 * The key as the text `name+keyid+base64`, in which verifiers are configured with it.
 *
 * @param type 0x01, plain Ed25519, unless given
 * @throws TlogError `malformed`
 */
export function encodeVerifierKey(
  { name, publicKey }: { readonly name: string; readonly publicKey: Uint8Array },
  type = ED25519,
): string {
  const id = noteKeyId(name, publicKey, type).toString(16).padStart(8, '0');
  return `${name}+${id}+${encodeBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/**
 * The verifier that such a text stands for.
 *
 * @param check RFC 8032's strict check, or what gives the same answers sooner: see `soonerEd25519`
 * @throws TlogError `malformed`, or `key-unsupported` where the key is not plain Ed25519
 */
export function parseVerifierKey(
  vkey: string,
  check: Ed25519Check = strictEd25519,
): NoteVerifier & { readonly publicKey: Uint8Array } {
  const { name, keyId, publicKey } = parseTypedKey(vkey, ED25519, 'Ed25519');
  return { name, keyId, publicKey, verify: (text, signature) => check(signature, text, publicKey) };
}

/**
 * Name, id and public key of a text `name+keyid+base64` whose key is of the given type.
 *
 * @param title the type's name, for messages
 * @throws TlogError `malformed`, `key-unsupported`
 */
export function parseTypedKey(
  vkey: string,
  type: number,
  title: string,
): { readonly name: string; readonly keyId: number; readonly publicKey: Uint8Array } {
  // Names hold no plus sign; Base64 does.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  if (!match) throw new TlogError('malformed', 'a verifier key is written name+keyid+base64');
  const [, name, id, encoded] = match;
  const key = decodeBase64(encoded!, 'the verifier key');
  if (key[0] !== type) throw new TlogError('key-unsupported', `the key of ${name} is not of type 0x0${type}, ${title}`);
  const publicKey = key.slice(1);
  const keyId = noteKeyId(name!, publicKey, type);
  if (keyId !== Number.parseInt(id!, 16)) throw new TlogError('malformed', `the key id of ${name} is not its key's`);
  return { name: name!, keyId, publicKey };
}

/**
 * Key id of an Ed25519 key: `SHA-256(name || 0x0A || type || publicKey)[:4]`, big-endian (C2SP signed-note).
 *
 * @param type 0x01, plain Ed25519, unless given
 * @throws TlogError `malformed`
 */
export function noteKeyId(name: string, publicKey: Uint8Array, type = ED25519): number {
  checkKeyName(name);
  if (publicKey.length !== 32) throw new TlogError('malformed', 'an Ed25519 public key has 32 bytes');
  const digest = sha256(concatBytes(new TextEncoder().encode(`${name}\n`), Uint8Array.of(type), publicKey));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

/** Refuses a key name that a signature line cannot hold: empty, or with a space, a control character or a plus sign. */
export function checkKeyName(name: string): void {
  if (!isKeyName(name)) throw new TlogError('malformed', 'a key name is not empty and has no spaces and no plus sign');
}

/** Whether a signature line can hold this key name. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\p{Cc}\p{Z}+]/u.test(name);
}
