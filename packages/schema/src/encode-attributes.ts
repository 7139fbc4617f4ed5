import { dayNumber } from './day.ts';
import { parseDecimal } from './decimal.ts';
import { SchemaError } from './error.ts';
import { type Attribute, type Schema, SLOTS } from './schema.ts';

/**
 * Encodes one raw value: `(raw - min) * 10^digits`, exactly. Amounts, ratios and counts are plain decimals, dates ISO days,
 * codes the code's number or its label, flags `0` or `1`.
 *
 * @throws SchemaError naming the attribute and the limit that was passed
 */
export function encodeAttribute(attribute: Attribute, raw: string): bigint {
  const { name } = attribute;
  switch (attribute.kind) {
    case 'code': {
      const entry = attribute.codes.find(({ code, label }) => raw === label || raw === String(code));
      if (entry === undefined) throw new SchemaError('unlisted_code', name, 'not a code that the schema lists');
      return BigInt(entry.code);
    }
    case 'flag':
      if (raw !== '0' && raw !== '1') throw new SchemaError('not_a_flag', name, 'a flag is 0 or 1');
      return BigInt(raw);
    case 'date':
      return inRange(attribute, dayNumber(name, raw));
    default:
      return inRange(attribute, parseDecimal(name, raw, attribute.digits));
  }
}

/**
 * Encodes an applicant: 32 integers below 2^40, one a slot, 0 in slots that the schema does not use.
 *
 * Every attribute must have a value, except one with a missing flag: left out, its slot is 0 and its flag 1; present, its flag is
 * 0. The flag itself may be left out; if it is given it has to say the same.
 *
 * @param values raw text by attribute name
 * @throws SchemaError; never with a value in its message
 */
export function encodeAttributes(schema: Schema, values: ReadonlyMap<string, string>): bigint[] {
  for (const name of values.keys()) {
    if (!schema.byName.has(name)) {
      throw new SchemaError('unknown_attribute', 'applicant', 'has an attribute that the schema does not list');
    }
  }
  const encoded = new Array<bigint>(SLOTS).fill(0n);
  for (const attribute of schema.attributes) encoded[attribute.slot] = encodeOne(attribute, values);
  return encoded;
}

function encodeOne(attribute: Attribute, values: ReadonlyMap<string, string>): bigint {
  const raw = values.get(attribute.name);
  if (attribute.flagOf !== undefined) {
    const flag = values.has(attribute.flagOf) ? 0n : 1n;
    if (raw !== undefined && encodeAttribute(attribute, raw) !== flag) {
      throw new SchemaError(
        'inconsistent_flag',
        attribute.name,
        `does not agree with the presence of ${attribute.flagOf}`,
      );
    }
    return flag;
  }
  if (raw !== undefined) return encodeAttribute(attribute, raw);
  if (attribute.missingFlag !== undefined) return 0n;
  throw new SchemaError('missing_value', attribute.name, 'has no value, and the schema gives it no missing flag');
}

function inRange(attribute: Attribute, scaled: bigint): bigint {
  const encoded = scaled - attribute.minScaled;
  if (encoded < 0n) throw new SchemaError('below_min', attribute.name, 'below its minimum', 'min of the schema');
  if (encoded > attribute.maxEncoded)
    throw new SchemaError('above_max', attribute.name, 'above its maximum', 'max of the schema');
  return encoded;
}
