import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeAttributes, parseSchema } from '@assay/schema';
import { readTaiwan } from './read.ts';

const schema = parseSchema(JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8')));

test('columns become attributes, codes become labels, the outcome is left out', () => {
  const rows = readTaiwan('LIMIT_BAL,SEX,EDUCATION,PAY_0,default payment\n20000,2,1,-2,1\r\n50000,1,0,0,0\n');
  assert.deepEqual(
    rows.map((row) => [...row.values()]),
    [
      ['20000', 'female', 'graduate school', '-2'],
      ['50000', 'male', 'not stated', '0'],
    ],
  );
  assert.deepEqual([...rows[0]!.keys()], ['limit_bal', 'sex', 'education', 'pay_0']);
});

test('a line of another shape or with another code is refused by its number, without its content', () => {
  assert.throws(() => readTaiwan('SEX,AGE\n1,20\n1\n'), /^Error: line 3: 2 columns expected$/);
  assert.throws(() => readTaiwan('SEX,AGE\n7,20\n'), /^Error: line 2: no such code of sex$/);
});

const extra = process.env.ASSAY_EXTRA_DATA;
const file = extra === undefined ? undefined : join(extra, 'data', 'taiwan_default.csv');
if (file !== undefined && existsSync(file)) {
  test('every row of the file encodes under the schema', () => {
    const rows = readTaiwan(readFileSync(file, 'utf8'));
    assert.equal(rows.length, 30_000);
    for (const row of rows) assert.equal(encodeAttributes(schema, row).length, 32);
  });
}
