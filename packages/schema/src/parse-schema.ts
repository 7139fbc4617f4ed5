import { Ajv2020 } from 'ajv/dist/2020.js';
import { dayNumber } from './day.ts';
import { parseDecimal } from './decimal.ts';
import { SchemaError } from './error.ts';
import schemaSchema from './schema.schema.json' with { type: 'json' };
import {
  type Attribute,
  type CodeEntry,
  type Schema,
  type SchemaDocument,
  SLOT_BITS,
  type SlotDocument,
} from './schema.ts';
import { schemaId } from './schema-id.ts';

const validate = new Ajv2020({
  allErrors: false,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile<SchemaDocument>(schemaSchema);

/**
 * Checks a schema document: its form against the JSON Schema, then what that cannot say (distinct slots and names, ranges
 * below 2^40, distinct codes, missing flags that exist and share their attribute's issuer and protection).
 *
 * @param json the parsed JSON of the document
 * @throws SchemaError `document` and, for limits that cannot be read, the codes of the readers
 */
export function parseSchema(json: unknown): Schema {
  if (!validate(json)) {
    const error = validate.errors?.[0];
    throw new SchemaError(
      'document',
      `schema${error?.instancePath ?? ''}`,
      error?.message ?? 'does not match its JSON Schema',
    );
  }
  const document = deepFreeze(structuredClone(json));
  const flagOf = missingFlags(document.slots);
  const attributes = document.slots
    .map((slot) => readSlot(slot, flagOf.get(slot.name)))
    .sort((a, b) => a.slot - b.slot);
  const schema = {
    document,
    id: schemaId(document),
    attributes,
    byName: distinct(attributes, (attribute) => attribute.name, 'name'),
    bySlot: distinct(attributes, (attribute) => attribute.slot, 'slot'),
  };
  return schema as unknown as Schema;
}

function readSlot(slot: SlotDocument, flagOf: string | undefined): Attribute {
  const digits = slot.digits ?? 0;
  const codes = [...(slot.codes ?? [])].sort((a, b) => a.code - b.code);
  checkCodes(slot.name, codes);
  const [min, max] = limits(slot, digits, codes);
  if (max < min) throw new SchemaError('document', slot.name, 'max is below min');
  if (max - min >= 1n << SLOT_BITS) {
    throw new SchemaError('document', slot.name, 'range does not fit its slot', '(max - min) * 10^digits < 2^40');
  }
  return {
    slot: slot.slot,
    name: slot.name,
    label: slot.label ?? slot.name,
    kind: slot.kind,
    digits,
    minScaled: min,
    maxEncoded: max - min,
    codes,
    missingFlag: slot.missingFlag,
    flagOf,
    protected: slot.protected,
    attestedBy: slot.attestedBy,
  };
}

/** Smallest and largest raw value, times `10^digits`. */
function limits(slot: SlotDocument, digits: number, codes: readonly CodeEntry[]): [bigint, bigint] {
  switch (slot.kind) {
    case 'flag':
      return [0n, 1n];
    case 'code':
      return [0n, BigInt(codes.at(-1)!.code)];
    case 'date':
      return [dayNumber(`${slot.name}.min`, slot.min!), dayNumber(`${slot.name}.max`, slot.max!)];
    default:
      return [parseDecimal(`${slot.name}.min`, slot.min!, digits), parseDecimal(`${slot.name}.max`, slot.max!, digits)];
  }
}

function checkCodes(name: string, codes: readonly CodeEntry[]): void {
  const seen = new Set<string>();
  for (const { code, label } of codes) {
    // Raw values may be codes or labels: a label made of digits could be read as somebody else's code.
    if (/^[0-9]+$/.test(label) && label !== String(code)) {
      throw new SchemaError('document', name, `the label of code ${code} reads as another code`);
    }
    for (const key of new Set([String(code), label])) {
      if (seen.has(key)) throw new SchemaError('document', name, `code ${code} or its label is listed twice`);
      seen.add(key);
    }
  }
}

/** Flag name to the name of the attribute that it marks as missing. */
function missingFlags(slots: readonly SlotDocument[]): ReadonlyMap<string, string> {
  const flagOf = new Map<string, string>();
  for (const slot of slots) {
    if (slot.missingFlag === undefined) continue;
    const flag = slots.find((candidate) => candidate.name === slot.missingFlag);
    if (flag?.kind !== 'flag') throw new SchemaError('document', slot.name, 'missingFlag does not name a flag');
    if (flagOf.has(flag.name)) throw new SchemaError('document', flag.name, 'is the missing flag of two attributes');
    if (flag.attestedBy !== slot.attestedBy || flag.protected !== slot.protected) {
      throw new SchemaError('document', flag.name, 'attestedBy and protected must be those of the attribute it marks');
    }
    flagOf.set(flag.name, slot.name);
  }
  return flagOf;
}

function distinct<K extends string | number>(
  attributes: readonly Attribute[],
  key: (attribute: Attribute) => K,
  what: string,
): ReadonlyMap<K, Attribute> {
  const map = new Map<K, Attribute>();
  for (const attribute of attributes) {
    if (map.has(key(attribute))) throw new SchemaError('document', attribute.name, `its ${what} is used twice`);
    map.set(key(attribute), attribute);
  }
  return map;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
