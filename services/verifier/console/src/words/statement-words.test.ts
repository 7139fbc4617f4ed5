import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATEMENT_KINDS, signalNames } from '@assay/statements';
import { KIND_WORDS, SIGNAL_WORDS } from './statement-words.ts';

test('every statement and every public signal has words', () => {
  for (const kind of STATEMENT_KINDS) {
    assert.ok(KIND_WORDS[kind], kind);
    for (const name of signalNames(kind)) assert.ok(SIGNAL_WORDS[name], `${kind}.${name}`);
  }
});
