import assert from 'node:assert/strict';
import { test } from 'node:test';
import { href, parseRoute } from './route.ts';

test('an address leads back to the page that it was made for', () => {
  const route = parseRoute(href(['windows', 'acme/retail/2026', 3], { state: 'PROVED', bank: undefined, model: '' }));
  assert.deepEqual(route.path, ['windows', 'acme/retail/2026', '3']);
  assert.deepEqual([...route.query], [['state', 'PROVED']]);
});

test('no fragment, an empty one and a lone slash are the overview', () => {
  for (const hash of ['', '#', '#/']) assert.deepEqual(parseRoute(hash).path, []);
});

test('a query may hold question marks, and a part that is not encoded stays as it is', () => {
  assert.equal(parseRoute('#/statements?q=a?b').query.get('q'), 'a?b');
  assert.deepEqual(parseRoute('#/statements/%zz').path, ['statements', '%zz']);
});
