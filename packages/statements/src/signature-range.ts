import { FIELD_ORDER, type Point, poseidon, type Signature, SUBGROUP_ORDER } from '@assay/field';

// The same constants as in circuits/lib/signature.circom.
const OFFSET =
  ((((-1n - (1n << 254n)) * ((SUBGROUP_ORDER + 1n) / 2n)) % SUBGROUP_ORDER) + SUBGROUP_ORDER) % SUBGROUP_ORDER;

/**
 * Whether the circuit takes a valid signature. It compares only the highest 64 bits of the scalar and of the challenge
 * with their limits, and so refuses about one signature in 2^62.
 */
export function isProvableSignature(publicKey: Point, message: bigint, { r8, s }: Signature): boolean {
  return isProvable(s, poseidon([r8.x, r8.y, publicKey.x, publicKey.y, message]));
}

/** Whether scalar and challenge are clear of their limits by their highest 64 bits. */
export function isProvable(s: bigint, challenge: bigint): boolean {
  const top = (challenge + OFFSET) >> 190n;
  return s >> 187n < SUBGROUP_ORDER >> 187n && top > OFFSET >> 190n && top < (OFFSET + FIELD_ORDER) >> 190n;
}
