// Prints the training history as CSV, one column an attribute plus `repaid`: node examples/applicants/write-history.ts > history.csv
import { readFileSync } from 'node:fs';
import { parseSchema } from '@assay/schema';
import { generateHistory } from './history.ts';

const schema = parseSchema(JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')));
const names = schema.attributes.filter(({ flagOf }) => flagOf === undefined).map(({ name }) => name);
const rows = generateHistory(7, 20_000).map(({ values, repaid }) => [
  ...names.map((name) => values.get(name) ?? ''),
  repaid ? '1' : '0',
]);
process.stdout.write([[...names, 'repaid'], ...rows].map((cells) => `${cells.join(',')}\n`).join(''));
