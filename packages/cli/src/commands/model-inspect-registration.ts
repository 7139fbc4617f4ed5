import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type LoweringOptions, loweringOptions, ModelError, parseRegistration } from '@assay/model';
import { parseSchema, type Schema, SchemaError } from '@assay/schema';
import { CliError } from '../cli-error.ts';
import { readInput } from '../files.ts';

/** What is stated of a model besides its file. */
export interface Registration {
  readonly options: LoweringOptions;
  /** Path of the registration document; undefined where there is none and customary values stand in for it. */
  readonly document: string | undefined;
}

/**
 * The registration document of a file (by default the one of the same name beside it) with its schema, or the one that `--schema`
 * names. Without a document: class `1` above a raw score of 0, each input a column.
 *
 * @throws CliError `INPUT` naming the document that is not one
 */
export async function readRegistration(
  file: string,
  registration: string | undefined,
  schemaPath: string | undefined,
): Promise<Registration> {
  const document = registration ?? (await documentBeside(file));
  if (document === undefined) {
    if (schemaPath === undefined)
      throw new CliError('USAGE', `there is no registration document beside ${file}: --registration or --schema`);
    const schema = await readSchema(schemaPath);
    return { options: { schema, approveLabel: '1', cutoff: { score: '0' } }, document };
  }
  const parsed = await readDocument(document, parseRegistration);
  const schema = await readSchema(schemaPath ?? resolve(dirname(document), parsed.schema));
  return { options: loweringOptions(parsed, schema), document };
}

async function documentBeside(file: string): Promise<string | undefined> {
  const path = file.replace(/\.onnx$/, '.json');
  if (path === file) return undefined;
  return access(path).then(
    () => path,
    () => undefined,
  );
}

function readSchema(path: string): Promise<Schema> {
  return readDocument(path, parseSchema);
}

async function readDocument<T>(path: string, parse: (json: unknown) => T): Promise<T> {
  const text = new TextDecoder().decode(await readInput(path));
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof ModelError || cause instanceof SchemaError)) throw cause;
    throw new CliError('INPUT', `${path}: ${cause.message}`, { cause });
  }
}
