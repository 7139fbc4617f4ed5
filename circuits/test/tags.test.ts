import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { TAG_NAMES, tag } from '@assay/field';

test('the tags of the circuits are those of the reference implementation, and no others', async () => {
  const source = await readFile(new URL('../lib/tags.circom', import.meta.url), 'utf8');
  const functions = [...source.matchAll(/^function TAG_(\w+)\(\) \{ return (0x[0-9a-f]+); \}/gm)];
  const found = functions.map(([, name, value]) => [name!.toLowerCase().replaceAll('_', '-'), BigInt(value!)]);
  assert.deepEqual(
    found,
    TAG_NAMES.map((name) => [name, tag(name)]),
  );
});
