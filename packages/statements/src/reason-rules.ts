import { type Fr, poseidon, tag } from '@assay/field';
import { type Attribute, encodeAttribute, type Schema, SLOTS } from '@assay/schema';
import { packAttributes } from './commitments.ts';
import { StatementError } from './error.ts';
import { exactMembers, type JsonMembers } from './opening-json.ts';
import { DENIAL_REASONS, OTHER_REASON, type ReasonCode } from './reason-codes.ts';

/** A code with the attributes that are told by it. Without `text` it is one of {@link DENIAL_REASONS}. */
export interface ReasonCodeDocument {
  readonly code: string;
  readonly text?: string;
  readonly attributes: readonly string[];
}

/** What reasons are measured against and told as (docs/spec/documents.md, section 5). Registered with a model. */
export interface ReasonsDocument {
  readonly name: string;
  readonly version: string;
  /** Raw text by attribute name, for every attribute that is not protected and has no missing flag. */
  readonly baseline: Readonly<Record<string, string>>;
  readonly codes: readonly ReasonCodeDocument[];
}

/** A compiled reasons document. */
export interface ReasonRules {
  readonly document: ReasonsDocument;
  readonly schemaId: bigint;
  /** 32 encoded attributes; 0 where the attribute is protected: no model reads it. */
  readonly baseline: readonly bigint[];
  readonly baselineHash: Fr;
  /** How the attribute of a slot is told. */
  codeOf(slot: number): ReasonCode;
}

/**
 * Compiles a reasons document against its schema.
 *
 * @throws StatementError `malformed-document` naming the field; SchemaError where a baseline value does not fit its attribute
 */
export function compileReasons(document: ReasonsDocument, schema: Schema): ReasonRules {
  exactMembers(document, 'reasons', ['name', 'version', 'baseline', 'codes']);
  for (const name of ['name', 'version'] as const) requireText(document[name], `reasons.${name}`, 64);
  const baseline = encodeBaseline(document.baseline, schema);
  const codes = readCodes(document.codes, schema);
  return {
    document,
    schemaId: schema.id,
    baseline,
    baselineHash: baselineHash(schema.id, baseline),
    codeOf: (slot) => codes.get(slot) ?? OTHER_REASON,
  };
}

/** `baselineHash` of docs/spec/statements.md, section 10. */
export function baselineHash(schemaId: bigint, baseline: readonly bigint[]): Fr {
  return poseidon([tag('baseline'), schemaId, ...packAttributes(baseline)]);
}

function encodeBaseline(values: unknown, schema: Schema): bigint[] {
  const members = asObject(values, 'reasons.baseline');
  const given = new Map<string, string>();
  for (const [name, raw] of Object.entries(members)) {
    const attribute = attributeOf(schema, name, 'reasons.baseline');
    if (attribute.protected)
      throw malformed(`reasons.baseline.${name}`, 'the attribute is protected: no model reads it, it has no baseline');
    given.set(name, requireText(raw, `reasons.baseline.${name}`, 64));
  }
  const encoded = new Array<bigint>(SLOTS).fill(0n);
  for (const attribute of schema.attributes)
    if (!attribute.protected) encoded[attribute.slot] = encodeOne(attribute, given);
  return encoded;
}

/** As an applicant's attributes: a flag says whether what it is the flag of was left out. */
function encodeOne(attribute: Attribute, given: ReadonlyMap<string, string>): bigint {
  const { name, flagOf, missingFlag } = attribute;
  const raw = given.get(name);
  if (flagOf !== undefined) {
    if (raw !== undefined) throw malformed(`reasons.baseline.${name}`, `follows from whether ${flagOf} is given`);
    return given.has(flagOf) ? 0n : 1n;
  }
  if (raw !== undefined) return encodeAttribute(attribute, raw);
  if (missingFlag !== undefined) return 0n;
  throw malformed(`reasons.baseline.${name}`, 'has no value, and the schema gives it no missing flag');
}

function readCodes(value: unknown, schema: Schema): ReadonlyMap<number, ReasonCode> {
  if (!Array.isArray(value) || value.length > SLOTS)
    throw malformed('reasons.codes', `not a list of at most ${SLOTS} codes`);
  const codes = new Map<number, ReasonCode>();
  const seen = new Set<string>();
  value.forEach((entry: unknown, i) => {
    const what = `reasons.codes[${i}]`;
    const { attributes, ...reason } = asObject(entry, what);
    exactMembers(reason, what, 'text' in reason ? ['code', 'text'] : ['code']);
    const code = requireText(reason.code, `${what}.code`, 16);
    if (seen.has(code)) throw malformed(`${what}.code`, 'is given twice');
    seen.add(code);
    const text = reason.text === undefined ? DENIAL_REASONS.get(code) : requireText(reason.text, `${what}.text`, 200);
    if (text === undefined) throw malformed(`${what}.text`, 'is needed: the code is not one of the denial reasons');
    if (!Array.isArray(attributes) || attributes.length === 0 || attributes.length > SLOTS)
      throw malformed(`${what}.attributes`, `not a list of 1 to ${SLOTS} attributes`);
    for (const name of attributes) {
      const { slot } = attributeOf(schema, name, `${what}.attributes`);
      if (codes.has(slot)) throw malformed(`${what}.attributes`, 'an attribute has two codes');
      codes.set(slot, { code, text });
    }
  });
  return codes;
}

function attributeOf(schema: Schema, name: unknown, what: string): Attribute {
  const attribute = typeof name === 'string' ? schema.byName.get(name) : undefined;
  if (attribute === undefined) throw malformed(what, 'names an attribute that the schema does not list');
  return attribute;
}

function asObject(value: unknown, what: string): JsonMembers {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(what, 'is not an object');
  return value as JsonMembers;
}

function requireText(value: unknown, what: string, limit: number): string {
  if (typeof value === 'string' && value.length >= 1 && value.length <= limit) return value;
  throw malformed(what, `not a text of 1 to ${limit} characters`);
}

function malformed(field: string, message: string): StatementError {
  return new StatementError('malformed-document', field, message);
}
