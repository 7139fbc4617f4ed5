import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

type Json = { readonly [key: string]: unknown };

const document = parse(readFileSync(new URL('../../../docs/openapi.yaml', import.meta.url), 'utf8')) as Json;
const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const ajv = new Ajv2020({ allErrors: true, strict: false });
ajv.addFormat('date-time', (text: string) => new Date(text).toISOString() === text);
const compiled = new Map<string, ValidateFunction>();

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Json>>;
}

/** Operations of docs/openapi.yaml that `documented` has not seen a success of. */
export const unseen = new Set(
  Object.values(paths).flatMap((item) => Object.values(item).map((one) => one.operationId)),
);

/**
 * Holds a response against what docs/openapi.yaml says of its operation: status, media type, and every member, none that is not
 * there. @returns the body: parsed where it is JSON, else its text
 */
export async function documented(operationId: string, response: Response): Promise<unknown> {
  const { responses } = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .find((one) => one.operationId === operationId)!;
  const described = responses[response.status] ?? (response.ok ? undefined : responses.default);
  assert.ok(described, `${operationId} has no response ${response.status}`);
  const content = resolved(described).content as Readonly<Record<string, { readonly schema?: Json }>>;
  const type = response.headers.get('content-type')!.split(';')[0]!;
  assert.ok(Object.hasOwn(content, type), `${operationId} ${response.status} is no ${type}`);
  const text = await response.text();
  const body: unknown = type.endsWith('json') ? JSON.parse(text) : text;
  const { schema } = content[type]!;
  if (schema !== undefined) requireValid(schema, body, operationId);
  if (response.ok) unseen.delete(operationId);
  return body;
}

function requireValid(schema: Json, body: unknown, operationId: string): void {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(strict(schema) as Json);
  compiled.set(key, validate);
  if (!validate(body)) assert.fail(`${operationId}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
}

function resolved(value: Json): Json {
  if (typeof value.$ref !== 'string') return value;
  const names = value.$ref.slice('#/'.length).split('/');
  return resolved(names.reduce((at, name) => at[name] as Json, document));
}

/** A schema with its references filled in, that takes no member it does not name. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const schema = resolved(value as Json);
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part) => resolved(part as Json));
    return strict({
      type: 'object',
      required: parts.flatMap((part) => part.required ?? []),
      properties: Object.assign({}, ...parts.map((part) => part.properties)),
    });
  }
  const members = Object.entries(schema).map(([key, member]) => [key, key === 'enum' ? member : strict(member)]);
  const closed = 'properties' in schema && !('additionalProperties' in schema) && schema.type === 'object';
  return { ...Object.fromEntries(members), ...(closed && { additionalProperties: false }) };
}
