import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, formatTable } from './table.ts';

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['decision', '15,818'],
    ['x', '7'],
  ];
  assert.deepEqual(formatTable({ head: ['statement', 'O2'], rows }).split('\n'), [
    'statement      O2',
    '---------  ------',
    'decision   15,818',
    'x               7',
  ]);
});

test('figures have thousands set apart', () => {
  assert.equal(figure(1_234_567.891, 1), '1,234,567.9');
  assert.equal(figure(0.5), '1');
});
