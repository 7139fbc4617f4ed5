import type { Schema } from '@assay/schema';
import { ModelError } from './error.ts';
import type { LoweringOptions } from './lower-onnx.ts';
import type { Cutoff } from './lowering/score.ts';

/** What a bank states beside the ONNX file when it registers a model (`examples/models/*.json`). */
export interface ModelRegistration {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** Where the ONNX file and the schema document lie, relative to this document. */
  readonly file: string;
  readonly schema: string;
  readonly approveLabel: string;
  readonly cutoff: Cutoff;
  readonly inputs?: readonly string[];
}

/**
 * Checks a registration document.
 *
 * @throws ModelError `malformed` naming the field
 */
export function parseRegistration(json: unknown): ModelRegistration {
  if (typeof json !== 'object' || json === null) throw malformed('document');
  const fields = json as Record<string, unknown>;
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || value === '') throw malformed(name);
    return value;
  };
  const { description, inputs } = fields;
  if (description !== undefined && typeof description !== 'string') throw malformed('description');
  if (inputs !== undefined && !isTexts(inputs)) throw malformed('inputs');
  return {
    name: text('name'),
    version: text('version'),
    file: text('file'),
    schema: text('schema'),
    approveLabel: text('approveLabel'),
    cutoff: parseCutoff(fields.cutoff),
    ...(description === undefined ? {} : { description }),
    ...(inputs === undefined ? {} : { inputs }),
  };
}

/** The options that lower a registered model. */
export function loweringOptions({ approveLabel, cutoff, inputs }: ModelRegistration, schema: Schema): LoweringOptions {
  return { schema, approveLabel, cutoff, ...(inputs === undefined ? {} : { inputs }) };
}

function parseCutoff(value: unknown): Cutoff {
  if (typeof value !== 'object' || value === null) throw malformed('cutoff');
  const { probability, score } = value as Record<string, unknown>;
  if (typeof probability === 'string' && score === undefined) return { probability };
  if (typeof score === 'string' && probability === undefined) return { score };
  throw malformed('cutoff');
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function malformed(field: string): ModelError {
  return new ModelError('malformed', `registration: ${field} is missing or not of its type`);
}
