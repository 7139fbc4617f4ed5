import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'vite';

const PACKAGES = new URL('../../../packages/', import.meta.url);
/** The JSON Schemas that packages of ours compile when they are loaded. */
const SCHEMAS = ['schema/src/schema.schema.json', 'policy/src/policy.schema.json'];
const AJV = 'ajv/dist/2020.js';
const STAND_IN = '\0precompiled-ajv';
const VALIDATORS = '\0precompiled-validators.cjs';

/**
 * Compiles the JSON Schemas when the console is built. Ajv makes code from text when it compiles, which the console's policy
 * forbids; so in the bundle a class of its name stands in, which hands out what was compiled before.
 */
export function precompiledSchemas(): Plugin {
  return {
    name: 'assay-precompiled-schemas',
    enforce: 'pre',
    resolveId: (id) => (id === AJV ? STAND_IN : id === VALIDATORS ? VALIDATORS : undefined),
    load(id) {
      if (id === STAND_IN) return standIn();
      return id === VALIDATORS ? validators() : undefined;
    },
  };
}

function standIn(): string {
  return `import validators from ${JSON.stringify(VALIDATORS)};
export class Ajv2020 {
  compile(schema) {
    const validate = validators[schema.$id];
    if (validate === undefined) throw new Error('no validator was compiled for ' + schema.$id);
    return validate;
  }
}`;
}

function validators(): string {
  const schemas = SCHEMAS.map((path) => JSON.parse(readFileSync(new URL(path, PACKAGES), 'utf8')) as { $id: string });
  const ajv = new Ajv2020({
    allErrors: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    code: { source: true },
    schemas,
  });
  return standalone.default(ajv, Object.fromEntries(schemas.map(({ $id }) => [$id, $id])));
}
