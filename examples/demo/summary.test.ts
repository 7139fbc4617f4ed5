import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from './report.ts';
import { percentile } from './summary.ts';

test('percentiles are values that occurred, by nearest rank', () => {
  const values = [5, 1, 4, 2, 3].map((n) => n * 10);
  assert.deepEqual([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0)], [30, 50, 10]);
  assert.equal(percentile([], 0.5), 0);
});

test('a table is as wide as its widest line, whichever that is', () => {
  for (const title of ['t', 'a title that is longer than all of its rows together']) {
    const lines = formatTable(title, [
      ['a', '1'],
      ['longer label', 'longer value'],
    ]);
    assert.equal(new Set(lines.map(({ length }) => length)).size, 1, title);
  }
});
