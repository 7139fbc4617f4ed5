import { FIELD_ORDER, SUBGROUP_ORDER } from '@assay/field';

// The same constants as in circuits/lib/signature.circom.
const OFFSET =
  ((((-1n - (1n << 254n)) * ((SUBGROUP_ORDER + 1n) / 2n)) % SUBGROUP_ORDER) + SUBGROUP_ORDER) % SUBGROUP_ORDER;

/**
 * Whether the circuit takes a valid signature with this scalar and challenge. It compares only their highest 64 bits with their limits, and so
 * refuses about one signature in 2^62.
 */
export function isProvable(s: bigint, challenge: bigint): boolean {
  const top = (challenge + OFFSET) >> 190n;
  return s >> 187n < SUBGROUP_ORDER >> 187n && top > OFFSET >> 190n && top < (OFFSET + FIELD_ORDER) >> 190n;
}
