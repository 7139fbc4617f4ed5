import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { VerifyError } from './error.ts';

test('any JSON value has the form that another implementation of RFC 8785 gives it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value));
      assert.equal(canonicalJson(parsed), canonicalize(parsed));
    }),
  );
});

test('members are sorted by UTF-16 code units (RFC 8785, section 3.2.3)', () => {
  const example = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
  assert.deepEqual(Object.values(JSON.parse(canonicalJson(example)) as object).sort(), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(canonicalJson(example), canonicalize(example));
});

for (const [what, value] of [
  ['a lone surrogate', '\ud800'],
  ['a lone surrogate in a name', { '\ud800': 1 }],
  ['a number that is not finite', JSON.parse('1e999')],
  ['a value that JSON has not', [() => 1]],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(() => canonicalJson(value), VerifyError);
  });
}

test('nesting without end is refused before it exhausts the stack', () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  assert.throws(() => canonicalJson(deep), VerifyError);
});
