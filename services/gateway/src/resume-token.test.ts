import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readResumeToken, resumeToken } from './resume-token.ts';

const position = fc.record({ seq: fc.maxSafeNat(), sub: fc.nat(999_999_999) }, { noNullPrototype: true });

test('a token gives its place back, to its own bank alone', () => {
  fc.assert(
    fc.property(position, (given) => {
      const token = resumeToken('acme', given);
      assert.deepEqual(readResumeToken('acme', token), given);
      assert.equal(readResumeToken('other', token), undefined);
    }),
  );
});

test('a token that was changed anywhere is none', () => {
  fc.assert(
    fc.property(position, fc.nat(), fc.constantFrom(...'AbZ19_-='), (given, at, character) => {
      const token = resumeToken('acme', given);
      const i = at % token.length;
      const changed = token.slice(0, i) + character + token.slice(i + 1);
      if (changed !== token) assert.equal(readResumeToken('acme', changed), undefined);
    }),
  );
});
