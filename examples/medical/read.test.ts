import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeAttributes, parseSchema } from '@assay/schema';
import { compilePartitions, compileReasons, type PartitionsDocument, type ReasonsDocument } from '@assay/statements';
import { readBreastCancer } from './read.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const schema = parseSchema(JSON.parse(read('schema.json')));

test('every row of the file encodes under the schema', () => {
  const rows = readBreastCancer(read('breast-cancer.csv'));
  assert.equal(rows.length, 569);
  assert.equal(rows.filter(({ benign }) => benign).length, 357);
  for (const { values } of rows) {
    const stated = new Map([...values, ['age_group', 'not stated'], ['site', 'not stated']]);
    assert.equal(encodeAttributes(schema, stated).length, 32);
  }
});

test('a line of another shape is refused by its number, without its content', () => {
  assert.throws(() => readBreastCancer('mean_area,benign\n31,1\n4711\n'), /^Error: line 3: 2 columns expected$/);
  assert.throws(() => readBreastCancer('mean_area,benign\n31,2\n'), /^Error: line 2: benign is 0 or 1$/);
});

test('every measure has a baseline and a code of its own kind', () => {
  const rules = compileReasons(JSON.parse(read('reasons.json')) as ReasonsDocument, schema);
  for (const { slot, protected: hidden } of schema.attributes)
    if (!hidden) assert.match(rules.codeOf(slot).code, /^N[1-5]$/);
  const partitions = compilePartitions(JSON.parse(read('partitions.json')) as PartitionsDocument, schema);
  assert.deepEqual(
    partitions.document.partitions.map(({ name }) => name),
    ['age', 'site'],
  );
});
