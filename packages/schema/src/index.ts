export { dayNumber, isoDay } from './day.ts';
export { formatDecimal, parseDecimal } from './decimal.ts';
export { decodeAttribute, decodeAttributes } from './decode-attributes.ts';
export { encodeAttribute, encodeAttributes } from './encode-attributes.ts';
export { SchemaError, type SchemaErrorCode } from './error.ts';
export { attestMask, protectedMask } from './masks.ts';
export { parseSchema } from './parse-schema.ts';
export {
  type Attestor,
  type Attribute,
  type AttributeKind,
  CODE_LIMIT,
  type CodeEntry,
  type Schema,
  type SchemaDocument,
  SLOT_BITS,
  SLOTS,
  type SlotDocument,
} from './schema.ts';
export { schemaId } from './schema-id.ts';
