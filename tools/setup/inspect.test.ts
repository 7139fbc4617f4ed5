import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from './cache.ts';
import { LIBRARY } from './circom.ts';
import { parseAllowedWarnings, refusedWarnings } from './inspect.ts';

const warning = (code: string, template: string) => ({ code, template, text: `In template "${template}(2)": unused` });

test('a warning is allowed by code and template together', () => {
  const allowed = parseAllowedWarnings('# circomlib\nCA02 LessThan # its top bits\n\n');
  assert.deepEqual(refusedWarnings([warning('CA02', 'LessThan')], allowed), []);
  assert.equal(refusedWarnings([warning('CA01', 'LessThan'), warning('CA02', 'Ours')], allowed).length, 2);
});

test('a comment allows nothing', () => {
  assert.equal(parseAllowedWarnings('# CA02 LessThan\n').size, 0);
});

test('the committed list names templates of circomlib only', async () => {
  const allowed = parseAllowedWarnings(await readFile(join(checkout, 'circuits/inspect-allowed.txt'), 'utf8'));
  const files = (await readdir(join(checkout, LIBRARY), { recursive: true })).filter((file) =>
    file.endsWith('.circom'),
  );
  const sources = await Promise.all(files.map((file) => readFile(join(checkout, LIBRARY, file), 'utf8')));
  for (const line of allowed) {
    assert.match(line, /^[A-Z]+\d+ \w+$/);
    const template = new RegExp(`\\btemplate\\s+${line.split(' ')[1]}\\s*\\(`);
    assert.ok(
      sources.some((source) => template.test(source)),
      `${line}: not a template of circomlib`,
    );
  }
});
