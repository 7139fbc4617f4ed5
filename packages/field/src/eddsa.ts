import { blake512 } from '@noble/hashes/blake1.js';
import { FieldError } from './error.ts';
import { addExtended, EXTENDED_IDENTITY, sameExtended } from './extended-point.ts';
import { FixedBase } from './fixed-base.ts';
import { type Fr, fr, isFr } from './fr.ts';
import { B8, extend, IDENTITY, isOnCurve, type Point, pointEquals } from './point.ts';
import { poseidon } from './poseidon.ts';
import { reduceScalar, type Scalar, SUBGROUP_ORDER } from './scalar.ts';

/** EdDSA-Poseidon signature over one field element. */
export interface Signature {
  readonly r8: Point;
  readonly s: Scalar;
}

/** Length of a signing secret. */
export const EDDSA_SECRET_BYTES = 32;

/** A fresh signing secret from the operating system's generator. */
export function generateEddsaSecret(): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(EDDSA_SECRET_BYTES));
}

/**
 * Public key of a signing secret (circomlib's convention: BLAKE-512, clamped, little-endian). It is in the subgroup and
 * not the identity.
 *
 * @throws FieldError `WRONG_LENGTH` unless the secret has 32 bytes.
 */
export function eddsaPublicKey(secret: Uint8Array): Point {
  return generator().multiply(expand(secret).key >> 3n);
}

/**
 * Signs a field element deterministically; the same bytes as circomlib's `signPoseidon`. Its time depends on the
 * secret: sign only where an attacker cannot measure.
 *
 * @throws FieldError `WRONG_LENGTH`; `NOT_CANONICAL` for a message outside [0, r).
 */
export function eddsaSign(secret: Uint8Array, message: bigint): Signature {
  const { key, prefix } = expand(secret);
  const publicKey = generator().multiply(key >> 3n);
  const nonceInput = new Uint8Array(64);
  nonceInput.set(prefix);
  nonceInput.set(littleEndian(fr(message)), 32);
  const nonce = reduceScalar(fromLittleEndian(blake512(nonceInput)));
  const r8 = generator().multiply(nonce);
  return { r8, s: reduceScalar(nonce + challenge(r8, publicKey, message) * key) };
}

/**
 * Whether `s*B8 = R8 + 8*P5(R8, A, message)*A`, with `s < l`, R8 and A in the subgroup and A not the identity.
 * Anything malformed is refused, never thrown.
 */
export function eddsaVerify(publicKey: Point, message: bigint, signature: Signature): boolean {
  return eddsaVerifiedChallenge(publicKey, message, signature) !== undefined;
}

/** The challenge `P5(R8, A, message)` of a signature that {@link eddsaVerify} takes; `undefined` for any other. */
export function eddsaVerifiedChallenge(publicKey: Point, message: bigint, { r8, s }: Signature): Fr | undefined {
  if (!isFr(message) || s < 0n || s >= SUBGROUP_ORDER) return undefined;
  const key = keyTable(publicKey);
  if (key === undefined || !isOnCurve(r8)) return undefined;
  const hash = challenge(r8, publicKey, message);
  // R8 is in the subgroup if the equation holds, for the other two points are. A is of order l, so its multiplier may be reduced.
  const right = addExtended(extend(r8), key.multiplyExtended(reduceScalar(8n * hash)));
  return sameExtended(generator().multiplyExtended(s), right) ? hash : undefined;
}

let multiplesOfB8: FixedBase | undefined;

function generator(): FixedBase {
  multiplesOfB8 ??= new FixedBase(B8);
  return multiplesOfB8;
}

/** Issuers are few, and each signs for many. */
const KEYS_KEPT = 32;
const keyTables = new Map<string, FixedBase>();

/** Multiples of a public key; `undefined` unless it is in the subgroup and not the identity. */
function keyTable(publicKey: Point): FixedBase | undefined {
  const name = `${publicKey.x} ${publicKey.y}`;
  const known = keyTables.get(name);
  if (known !== undefined) return known;
  if (!isOnCurve(publicKey) || pointEquals(publicKey, IDENTITY)) return undefined;
  const table = new FixedBase(publicKey);
  if (!sameExtended(table.multiplyExtended(SUBGROUP_ORDER), EXTENDED_IDENTITY)) return undefined;
  for (const oldest of keyTables.keys()) {
    if (keyTables.size < KEYS_KEPT) break;
    keyTables.delete(oldest);
  }
  keyTables.set(name, table);
  return table;
}

/** circomlib's untagged Poseidon of five inputs: the message carries the domain tag. */
function challenge(r8: Point, publicKey: Point, message: bigint): Fr {
  return poseidon([r8.x, r8.y, publicKey.x, publicKey.y, message]);
}

function expand(secret: Uint8Array): { key: bigint; prefix: Uint8Array } {
  if (secret.length !== EDDSA_SECRET_BYTES) throw new FieldError('WRONG_LENGTH', 'a signing secret has 32 bytes');
  const digest = blake512(secret);
  const key = digest.slice(0, 32);
  // Clamping of RFC 8032, section 5.1.5.
  key[0]! &= 0xf8;
  key[31] = (key[31]! & 0x7f) | 0x40;
  return { key: fromLittleEndian(key), prefix: digest.subarray(32) };
}

function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0, left = value; left > 0n; i++, left >>= 8n) bytes[i] = Number(left & 0xffn);
  return bytes;
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return value;
}
