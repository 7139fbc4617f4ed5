import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stringId } from './string-id.ts';

suite('string ids', () => {
  test('are the first 31 bytes of SHA-256 over UTF-8', () => {
    // FIPS 180-2, appendix B.1: SHA-256("abc").
    assert.equal(stringId('abc'), 0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015n);
    assert.equal(stringId(''), 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8n);
  });

  test('tell apart what Unicode calls equivalent', () => {
    assert.notEqual(stringId('\u00e9'), stringId('e\u0301'));
  });

  test('refuse a lone surrogate', () => {
    assert.throws(() => stringId('a\ud800'), { code: 'INVALID_STRING' });
  });
});
