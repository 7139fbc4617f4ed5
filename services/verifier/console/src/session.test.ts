import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitToken, TOKEN_PATTERN } from './session.ts';

test('a token in the fragment is taken out, and the page that follows it stays', () => {
  assert.deepEqual(splitToken('#token=abc_def-123'), { token: 'abc_def-123', rest: '#/' });
  assert.deepEqual(splitToken('#token=abc&page=/archive'), { token: 'abc', rest: '#/archive' });
  assert.deepEqual(splitToken('#token=abc&page=javascript:1'), { token: 'abc', rest: '#/' });
});

test('any other fragment is a page', () => {
  assert.deepEqual(splitToken('#/statements?kind=decision'), { token: undefined, rest: '#/statements?kind=decision' });
});

test('what is no bearer token is not taken for one', () => {
  assert.ok(TOKEN_PATTERN.test('assay_k7Zq-_AAAA'));
  for (const wrong of ['', 'short', 'has space in it', 'has"quotes-in-it', 'a'.repeat(101)]) {
    assert.ok(!TOKEN_PATTERN.test(wrong));
  }
});
