import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, percentOf, share, span, utc } from './time-words.ts';

test('a moment is told in UTC, and what is no moment as it stands', () => {
  assert.equal(utc('2026-01-15T12:00:00.123Z'), '2026-01-15 12:00:00Z');
  assert.equal(utc('never'), 'never');
});

test('a span is told in the largest unit that tells enough', () => {
  assert.deepEqual([45, 119, 600, 7200, 86_400, 864_000].map(span), [
    '45 s',
    '119 s',
    '10 min',
    '2 h',
    '24 h',
    '10 days',
  ]);
});

test('shares have one digit, and none where there is nothing to divide by', () => {
  assert.equal(share(1, 3), '33.3 %');
  assert.equal(share(0, 0), '–');
  assert.equal(percentOf(125), '12.5 %');
});

test('whole numbers have their thousands parted', () => {
  const numbers = [0, 12, 999, 1000, 12_345, '100892', 1_234_567, -1000];
  assert.deepEqual(numbers.map(count), ['0', '12', '999', '1,000', '12,345', '100,892', '1,234,567', '-1,000']);
});
