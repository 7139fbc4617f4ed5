import type { Attestor, Attribute, Schema } from './schema.ts';

/** Bit i is set where slot i is attested by `role` (32 bits). */
export function attestMask(schema: Schema, role: Attestor): bigint {
  return maskOf(schema, (attribute) => attribute.attestedBy === role);
}

/** Bit i is set where slot i is protected: a model may not read it (32 bits). */
export function protectedMask(schema: Schema): bigint {
  return maskOf(schema, (attribute) => attribute.protected);
}

function maskOf(schema: Schema, holds: (attribute: Attribute) => boolean): bigint {
  let mask = 0n;
  for (const attribute of schema.attributes) if (holds(attribute)) mask |= 1n << BigInt(attribute.slot);
  return mask;
}
