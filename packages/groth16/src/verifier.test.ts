import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

test('what verifies imports nothing that a browser lacks', async () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = await readFile(url, 'utf8');
    assert.doesNotMatch(source, /\bprocess\.|\bBuffer\b|\brequire\(/, url.pathname);
    for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      if (specifier!.startsWith('.')) await visit(new URL(specifier!, url));
      else packages.add(specifier!);
    }
  };
  await visit(new URL('./verifier.ts', import.meta.url));
  assert.ok(seen.size > 5);
  assert.deepEqual([...packages].sort(), ['@noble/curves/bn254.js', '@noble/hashes/sha2.js']);
});
