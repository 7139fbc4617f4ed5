// Test only: the models in examples/models.
import { readdirSync, readFileSync } from 'node:fs';
import { parseSchema, type Schema } from '@assay/schema';
import type { LoweringOptions } from './lower-onnx.ts';
import { loweringOptions, parseRegistration } from './registration.ts';

const MODELS = new URL('../../../examples/models/', import.meta.url);

/** Names of all models in examples/models. */
export function committedModels(): string[] {
  const documents = readdirSync(MODELS).filter((file) => file.endsWith('.json'));
  return documents.map((file) => file.slice(0, -'.json'.length)).sort();
}

/** A model's file with what lowers it, from examples/models. */
export function loadModel(name: string): { bytes: Uint8Array; options: LoweringOptions; schema: Schema } {
  const registration = parseRegistration(JSON.parse(readFileSync(new URL(`${name}.json`, MODELS), 'utf8')));
  const schema = parseSchema(JSON.parse(readFileSync(new URL(registration.schema, MODELS), 'utf8')));
  return {
    bytes: readFileSync(new URL(registration.file, MODELS)),
    options: loweringOptions(registration, schema),
    schema,
  };
}
