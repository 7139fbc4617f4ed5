import { isoDay } from './day.ts';
import { formatDecimal } from './decimal.ts';
import { SchemaError } from './error.ts';
import { type Attribute, type Schema, SLOTS } from './schema.ts';

/**
 * Raw text of one encoded value, in canonical form: decimals with all their declared digits, codes as numbers. Encoding it
 * again gives the same integer.
 *
 * @throws SchemaError `not_encoded` for an integer that no raw value encodes to
 */
export function decodeAttribute(attribute: Attribute, encoded: bigint): string {
  const { kind, name, digits, minScaled, maxEncoded, codes } = attribute;
  if (encoded < 0n || encoded > maxEncoded) {
    throw new SchemaError('not_encoded', name, 'outside the encoded range', `0 to ${maxEncoded}`);
  }
  if (kind === 'code' && !codes.some(({ code }) => BigInt(code) === encoded)) {
    throw new SchemaError('not_encoded', name, 'not a code that the schema lists');
  }
  return kind === 'date' ? isoDay(minScaled + encoded) : formatDecimal(minScaled + encoded, digits);
}

/**
 * Raw values of an encoded applicant by attribute name; those whose missing flag is set are left out.
 *
 * @throws SchemaError `not_encoded` if a value is out of range, a slot that the schema does not use is not 0, or a missing
 * attribute's slot is not 0
 */
export function decodeAttributes(schema: Schema, encoded: readonly bigint[]): Map<string, string> {
  if (encoded.length !== SLOTS)
    throw new SchemaError('not_encoded', 'applicant', 'wrong number of slots', String(SLOTS));
  const values = new Map<string, string>();
  for (const [slot, x] of encoded.entries()) {
    const attribute = schema.bySlot.get(slot);
    if (attribute === undefined || isMissing(schema, attribute, encoded)) {
      if (x !== 0n)
        throw new SchemaError('not_encoded', attribute?.name ?? `slot ${slot}`, 'holds a value though it has none');
      continue;
    }
    values.set(attribute.name, decodeAttribute(attribute, x));
  }
  return values;
}

function isMissing(schema: Schema, attribute: Attribute, encoded: readonly bigint[]): boolean {
  if (attribute.missingFlag === undefined) return false;
  return encoded[schema.byName.get(attribute.missingFlag)!.slot] === 1n;
}
