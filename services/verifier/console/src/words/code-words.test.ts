import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codeWords } from './code-words.ts';

/** The codes that the rules can give, as their sources list them. */
function codesIn(file: string): string[] {
  const source = readFileSync(new URL(`../../../../../packages/verify/src/${file}`, import.meta.url), 'utf8');
  return [...source.matchAll(/^ *\| '([A-Z_]+)'/gm)].map(([, code]) => code!);
}

test('every code of the rules has words', () => {
  const codes = [...codesIn('judgement.ts'), ...codesIn('findings.ts')];
  assert.ok(codes.length > 40);
  for (const code of codes) assert.notEqual(codeWords(code), code, code);
});
