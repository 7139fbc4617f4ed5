import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { frFromBytes, frToBytes, integerFromBytes, integerToBytes } from './bytes.ts';
import { FIELD_ORDER } from './fr.ts';

suite('bytes', () => {
  test('carry each field element in exactly one way', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }), (value) => {
        assert.equal(frToBytes(value).length, 32);
        assert.equal(frFromBytes(frToBytes(value)), value);
      }),
    );
  });

  test('are big-endian', () => {
    assert.deepEqual([...frToBytes(0x0102n)].slice(28), [0, 0, 1, 2]);
    assert.equal(integerFromBytes(Uint8Array.of(1, 0, 255)), 0x0100ffn);
    assert.equal(integerFromBytes(new Uint8Array()), 0n);
    assert.deepEqual([...integerToBytes(0xffeen, 3)], [0, 255, 238]);
  });

  test('of r and above are refused', () => {
    assert.equal(frFromBytes(integerToBytes(FIELD_ORDER - 1n, 32)), FIELD_ORDER - 1n);
    for (const value of [FIELD_ORDER, FIELD_ORDER + 1n, 2n ** 256n - 1n]) {
      assert.throws(() => frFromBytes(integerToBytes(value, 32)), { code: 'NOT_CANONICAL' });
    }
    assert.throws(() => frToBytes(FIELD_ORDER), { code: 'NOT_CANONICAL' });
    assert.throws(() => frToBytes(-1n), { code: 'NOT_CANONICAL' });
  });

  test('of another length are refused', () => {
    for (const length of [0, 31, 33]) {
      assert.throws(() => frFromBytes(new Uint8Array(length)), { code: 'WRONG_LENGTH' });
    }
  });

  test('never truncate an integer', () => {
    assert.throws(() => integerToBytes(256n, 1), { code: 'NOT_CANONICAL' });
    assert.throws(() => integerToBytes(-1n, 8), { code: 'NOT_CANONICAL' });
    assert.deepEqual([...integerToBytes(255n, 1)], [255]);
  });
});
