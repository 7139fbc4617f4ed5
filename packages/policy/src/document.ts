import { Ajv2020 } from 'ajv/dist/2020.js';
import { PolicyError } from './error.ts';
import documentSchema from './policy.schema.json' with { type: 'json' };

/** An eligibility policy as the regulator writes it; `policy.schema.json` is its JSON Schema. */
export interface PolicyDocument {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /**
   * A CEL condition over the schema's attributes. Each is an int in the schema's smallest unit: `raw * 10^digits`
   * (days since 1970-01-01 for dates, the code for codes, 0 or 1 for flags, which may also stand alone as conditions).
   */
  readonly cel: string;
  /** Named lists of integers in the attribute's smallest unit, for `attribute in name`. */
  readonly sets?: Readonly<Record<string, readonly number[]>>;
  /** Attributes that one of the two credentials has to attest. */
  readonly requireAttested: readonly string[];
  /** Attributes that the identity credential has to attest: those that define partitions. */
  readonly requireIdentity: readonly string[];
  /** Largest ordinal of an application: how often one person may apply in one scope, less one. */
  readonly ordinalMax: number;
}

const validate = new Ajv2020({ allErrors: false, strict: true }).compile<PolicyDocument>(documentSchema);

/**
 * Checks the form of a policy document.
 *
 * @param json the parsed JSON of the document
 * @throws PolicyError `INVALID_DOCUMENT` naming the field
 */
export function parsePolicyDocument(json: unknown): PolicyDocument {
  if (validate(json)) return json;
  const error = validate.errors?.[0];
  throw new PolicyError(
    'INVALID_DOCUMENT',
    `policy${error?.instancePath ?? ''}: ${error?.message ?? 'does not match its JSON Schema'}`,
  );
}
