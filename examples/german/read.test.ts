import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeAttributes, parseSchema } from '@assay/schema';
import { readGermanCredit } from './read.ts';

const schema = parseSchema(JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')));

test('columns become attributes, labels are trimmed, the class becomes good or bad', () => {
  const rows = readGermanCredit(
    'checking-account,numner-people-provide-maintenance-for,class-label\n>= 200 DM ,2,0\r\nno account,1,1\n',
  );
  assert.deepEqual(rows, [
    {
      values: new Map([
        ['checking_account', '>= 200 DM'],
        ['dependants', '2'],
      ]),
      good: false,
    },
    {
      values: new Map([
        ['checking_account', 'no account'],
        ['dependants', '1'],
      ]),
      good: true,
    },
  ]);
});

test('a line of another shape is refused by its number, without its content', () => {
  assert.throws(() => readGermanCredit('age,class-label\n31,1\n4711\n'), /^Error: line 3: 2 columns expected$/);
  assert.throws(() => readGermanCredit('age,class-label\n31,2\n'), /^Error: line 2: class-label is 0 or 1$/);
});

const extra = process.env.ASSAY_EXTRA_DATA;
const file = extra === undefined ? undefined : join(extra, 'data', 'german_credit.csv');
if (file !== undefined && existsSync(file)) {
  test('every row of the file encodes under the schema', () => {
    const rows = readGermanCredit(readFileSync(file, 'utf8'));
    assert.equal(rows.length, 1000);
    assert.equal(rows.filter(({ good }) => good).length, 700);
    for (const { values } of rows) assert.equal(encodeAttributes(schema, values).length, 32);
  });
}
