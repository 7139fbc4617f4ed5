import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatorsSource } from './generators-source.ts';

test('the generators of the circuits are those of the reference implementation', async () => {
  const source = await readFile(new URL('../lib/generators.circom', import.meta.url), 'utf8');
  assert.equal(source, generatorsSource());
});
