/** Number of attribute slots of every applicant. */
export const SLOTS = 32;
/** An encoded attribute is below two to this power. */
export const SLOT_BITS = 40n;
/** Codes are below this: float32 represents every smaller integer, and aliases larger ones. */
export const CODE_LIMIT = 1 << 24;

/** What an attribute is, which decides how its raw text is read. */
export type AttributeKind = 'amount' | 'ratio' | 'count' | 'date' | 'code' | 'flag';
/** Who vouches for an attribute: one of the two issuers, or nobody but the applicant. */
export type Attestor = 'identity' | 'financial' | 'self';

/** One listed value of a code attribute. */
export interface CodeEntry {
  readonly code: number;
  readonly label: string;
}

/** A slot as the schema document writes it; `schema.schema.json` is its JSON Schema. */
export interface SlotDocument {
  readonly slot: number;
  readonly name: string;
  readonly label?: string;
  readonly kind: AttributeKind;
  readonly digits?: number;
  readonly min?: string;
  readonly max?: string;
  readonly codes?: readonly CodeEntry[];
  readonly missingFlag?: string;
  readonly protected: boolean;
  readonly attestedBy: Attestor;
}

/** A schema document. Its identity is {@link schemaId} of exactly this JSON value. */
export interface SchemaDocument {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly slots: readonly SlotDocument[];
}

/**
 * One attribute with its limits as integers. The raw value that an encoded `x` stands for is
 * `(minScaled + x) / 10^digits`; for dates it is a day number since 1970-01-01, for codes the code, for flags 0 or 1.
 */
export interface Attribute {
  readonly slot: number;
  readonly name: string;
  readonly label: string;
  readonly kind: AttributeKind;
  readonly digits: number;
  /** The smallest raw value times `10^digits`. */
  readonly minScaled: bigint;
  /** The largest encoded value, below 2^40. */
  readonly maxEncoded: bigint;
  /** Sorted by code; empty unless the attribute is a code. */
  readonly codes: readonly CodeEntry[];
  /** Name of the flag attribute that says this one is missing. */
  readonly missingFlag: string | undefined;
  /** Name of the attribute whose absence this flag records. */
  readonly flagOf: string | undefined;
  readonly protected: boolean;
  readonly attestedBy: Attestor;
}

declare const parsed: unique symbol;

/** A checked schema, made by `parseSchema` alone. */
export interface Schema {
  readonly [parsed]: true;
  readonly document: SchemaDocument;
  /** SHA-256 of the document's canonical JSON, cut to 248 bits. */
  readonly id: bigint;
  /** Attributes in ascending order of slot. */
  readonly attributes: readonly Attribute[];
  readonly byName: ReadonlyMap<string, Attribute>;
  readonly bySlot: ReadonlyMap<number, Attribute>;
}
