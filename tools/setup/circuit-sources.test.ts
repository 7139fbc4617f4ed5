import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from './cache.ts';
import { circuitNames, circuitSources, largestFirst } from './circuit-sources.ts';

test('the closure of each statement holds all that is included, ours and of circomlib', async () => {
  const names = await circuitNames();
  assert.ok(names.length > 0);
  for (const name of names) {
    const sources = new Map(await circuitSources(name));
    assert.ok(sources.has(`circuits/statements/${name}.circom`));
    for (const [path, text] of sources) {
      assert.equal(text, await readFile(join(checkout, path), 'utf8'));
      for (const line of text.split('\n').filter((entry) => entry.startsWith('include '))) {
        const file = line.split('"')[1]?.split('/').at(-1);
        assert.ok(
          [...sources.keys()].some((known) => known.endsWith(`/${file}`)),
          `${path}: ${line}`,
        );
      }
    }
  }
});

test('large circuits come before small ones, and what has no committed size before all', async () => {
  assert.deepEqual(await largestFirst(['manual-decision', 'decision-trees-100x6', 'new', 'eligibility']), [
    'new',
    'decision-trees-100x6',
    'eligibility',
    'manual-decision',
  ]);
});
