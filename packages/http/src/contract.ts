import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { HttpProblem, type Violation } from './error.ts';
import { Input } from './input.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonObject;
  /** Whether its value may have slashes. */
  readonly 'x-multi-segment'?: boolean;
}

/** One operation of an OpenAPI document. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** The path with `:name` for its parameters. */
  readonly route: string;
  /** Whether it needs no token. */
  readonly isPublic: boolean;
  /** How many requests one call counts as. */
  readonly cost: number;
  /** Media types of its body, none where it has none. */
  readonly bodyTypes: readonly string[];
  /** Reads a request's parameters. @throws HttpProblem `invalid-request` naming each that is wrong */
  read(request: Request, path: Readonly<Record<string, string>>): Input;
  /** Checks a body of a media type, once it is parsed. @throws HttpProblem `invalid-request` */
  checkBody(type: string, body: unknown): void;
}

/** A JSON Schema of times: RFC 3339. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;
const DOCUMENT = 'openapi';
const METHODS = ['get', 'post'] as const;

/** An OpenAPI 3.1 document as what it says of requests is enforced: parameters are checked by its schemas. */
export class Contract {
  /** The document itself. */
  readonly document: JsonObject;
  readonly operations: readonly Operation[];
  readonly #ajv: Ajv2020;

  /** @param yaml an OpenAPI 3.1 document, as YAML or JSON, that is taken to be right */
  constructor(yaml: string) {
    this.document = parse(yaml) as JsonObject;
    this.#ajv = new Ajv2020({ allErrors: true, strict: false, useDefaults: true });
    this.#ajv.addFormat('date-time', (text: string) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
    this.#ajv.addSchema({ $id: DOCUMENT, components: this.document.components }, DOCUMENT, false, false);
    this.operations = Object.entries(this.document.paths as Record<string, JsonObject>).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => this.#operation(path, method, item[method])),
    );
  }

  #operation(path: string, method: string, given: unknown): Operation {
    const operation = given as {
      readonly operationId: string;
      readonly parameters?: readonly JsonObject[];
      readonly security?: readonly unknown[];
      readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonObject }>> };
      readonly 'x-cost'?: number;
    };
    const parameters = (operation.parameters ?? []).map((one) => this.#resolve(one) as unknown as Parameter);
    const validate = this.#compile(schemaOf(parameters));
    const bodies = new Map(
      Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema = {} }]) => [
        type,
        this.#compile({ type: 'object', properties: { body: schema } }),
      ]),
    );
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      route: routeOf(path, parameters),
      isPublic: operation.security?.length === 0,
      cost: operation['x-cost'] ?? 1,
      bodyTypes: [...bodies.keys()],
      read: (request, pathValues) => {
        const values = valuesOf(parameters, request, pathValues);
        throwIfInvalid(validate, values);
        return new Input(values);
      },
      checkBody: (type, body) => throwIfInvalid(bodies.get(type)!, { body }),
    };
  }

  #compile(schema: JsonObject): ValidateFunction {
    return this.#ajv.compile(withDocument(schema) as JsonObject);
  }

  /** What a `$ref` within the document stands for. */
  #resolve(value: JsonObject): JsonObject {
    if (typeof value.$ref !== 'string') return value;
    const names = value.$ref.slice('#/'.length).split('/');
    return names.reduce((at, name) => at[name] as JsonObject, this.document);
  }
}

/** References within the document, as references to it from outside. */
function withDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDocument);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' && member.startsWith('#/')
        ? `${DOCUMENT}${member}`
        : withDocument(member),
    ]),
  );
}

function routeOf(path: string, parameters: readonly Parameter[]): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = parameters.find((known) => known.in === 'path' && known.name === name);
    return parameter?.['x-multi-segment'] ? `:${name}{.+}` : `:${name}`;
  });
}

const PLACES = ['path', 'query', 'header'] as const;

function schemaOf(parameters: readonly Parameter[]): JsonObject {
  const members = PLACES.map((place) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    return [
      place,
      {
        type: 'object',
        additionalProperties: place !== 'query',
        required: here.filter(({ required }) => required).map(({ name }) => name),
        properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
      },
    ] as const;
  });
  return { type: 'object', properties: Object.fromEntries(members) };
}

/** What a request gives, by place and name; a parameter of numbers as a number where it is one. */
function valuesOf(
  parameters: readonly Parameter[],
  request: Request,
  path: Readonly<Record<string, string>>,
): Readonly<Record<(typeof PLACES)[number], Record<string, unknown>>> {
  const { searchParams } = new URL(request.url);
  const values: Record<(typeof PLACES)[number], Record<string, unknown>> = { path: {}, query: {}, header: {} };
  for (const name of searchParams.keys()) values.query[name] = searchParams.getAll(name);
  for (const { name, in: place, schema } of parameters) {
    const given = place === 'query' ? searchParams.getAll(name) : [oneOf(place, name, request, path)];
    const present = given.filter((value): value is string => value !== undefined);
    if (present.length === 0) continue;
    values[place][name] = coerced(present, schema);
  }
  return values;
}

function oneOf(
  place: Parameter['in'],
  name: string,
  request: Request,
  path: Readonly<Record<string, string>>,
): string | undefined {
  return place === 'path' ? path[name] : (request.headers.get(name) ?? undefined);
}

function coerced(given: readonly string[], schema: JsonObject): unknown {
  if (schema.type === 'array') return given;
  const [value, ...more] = given;
  if (more.length > 0) return given; // Not of its type: the schema says so.
  return schema.type === 'integer' && /^-?\d{1,16}$/.test(value!) ? Number(value) : value;
}

function throwIfInvalid(validate: ValidateFunction, values: unknown): void {
  if (validate(values)) return;
  const violations = (validate.errors ?? []).map(violationOf);
  const unique = violations.filter(
    ({ field, rule }, at) => violations.findIndex((other) => other.field === field && other.rule === rule) === at,
  );
  throw new HttpProblem('invalid-request', 'see violations', { violations: unique });
}

/** ajv's messages name limits and never values; a name that a caller made up is shown cut off. */
function violationOf({ instancePath, keyword, params, message = 'is wrong' }: ErrorObject): Violation {
  const place = instancePath.slice(1).replaceAll('/', '.');
  const inside = (name: unknown): string =>
    [
      place,
      String(name)
        .replaceAll(/[^A-Za-z0-9_.-]/g, '?')
        .slice(0, 40),
    ]
      .filter((part) => part !== '')
      .join('.');
  if (keyword === 'additionalProperties')
    return { field: inside(params.additionalProperty), rule: 'is not known here' };
  if (keyword === 'required') return { field: inside(params.missingProperty), rule: 'has to be given' };
  if (keyword === 'enum')
    return { field: place, rule: `must be one of ${(params.allowedValues as string[]).join(', ')}` };
  return { field: place, rule: message };
}
