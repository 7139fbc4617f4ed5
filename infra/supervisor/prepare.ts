import { readFileSync } from 'node:fs';
import { createDeployment } from '@assay/deployment';
import { parseSchema } from '@assay/schema';
import { consoleFolder } from '../../tools/setup/console.ts';

/** The instance that `make up` prepares by itself when it is not there. */
export const DEVELOPMENT_INSTANCE = 'dev';

const BANK = 'meridian';
const SCHEMAS = ['applicants', 'german'];

/** Makes a deployment with development keys in `dir`, for the bank and the schemas of the examples. */
export async function prepareDevelopment(dir: string): Promise<void> {
  const schemas = SCHEMAS.map((name) => {
    const document = new URL(`../../examples/${name}/schema.json`, import.meta.url);
    return parseSchema(JSON.parse(readFileSync(document, 'utf8')));
  });
  const consoleDir = consoleFolder();
  await createDeployment(dir, { bank: BANK, schemas, ...(consoleDir !== undefined && { consoleDir }) });
}
