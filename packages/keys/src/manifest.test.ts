import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertUsable, loadManifest, parseManifest } from './manifest.ts';
import { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';

const hash = 'ab'.repeat(32);
const entry = { r1cs: hash, wasm: hash, zkey: hash, verificationKey: hash, constraints: 12, publicSignals: 3 };
const development = { class: 'development', constant: DEVELOPMENT_CONSTANT, statements: { tiny: entry } };
const ceremony = { class: 'ceremony', statements: { tiny: entry } };

test('the committed manifest says that its keys are for development', async () => {
  const manifest = await loadManifest();
  assert.equal(manifest.class, 'development');
  assert.equal(manifest.constant, DEVELOPMENT_CONSTANT);
  await assert.rejects(loadManifest('/nowhere/manifest.json'), { code: 'ARTIFACT_MISSING' });
});

test('development keys have to be allowed, ceremony keys do not', () => {
  const keys = parseManifest(JSON.stringify(development));
  assert.throws(() => assertUsable(keys, { allowDevelopment: false }), { code: 'DEVELOPMENT_KEYS' });
  assertUsable(keys, { allowDevelopment: true });
  assertUsable(parseManifest(JSON.stringify(ceremony)), { allowDevelopment: false });
});

test('an entry may name a witness graph', () => {
  const statements = { tiny: { ...entry, witnessGraph: hash } };
  assert.deepEqual(parseManifest(JSON.stringify({ ...development, statements })).statements, statements);
});

test('an entry may be on demand', () => {
  const statements = { tiny: { ...entry, onDemand: true } };
  assert.deepEqual(parseManifest(JSON.stringify({ ...development, statements })).statements, statements);
});

test('a manifest of another form is refused', () => {
  const refused: unknown[] = [
    null,
    [],
    { ...development, class: 'production' },
    { ...development, class: undefined },
    { ...development, constant: 'another' },
    { ...ceremony, constant: DEVELOPMENT_CONSTANT },
    { ...development, extra: true },
    { ...development, statements: [] },
    { ...development, statements: { tiny: { ...entry, zkey: hash.toUpperCase() } } },
    { ...development, statements: { tiny: { ...entry, zkey: undefined } } },
    { ...development, statements: { tiny: { ...entry, constraints: -1 } } },
    { ...development, statements: { tiny: { ...entry, extra: 1 } } },
    { ...development, statements: { tiny: { ...entry, onDemand: false } } },
    { ...development, statements: { tiny: { ...entry, witnessGraph: null } } },
    { ...development, statements: { tiny: { ...entry, witnessGraph: hash.slice(1) } } },
  ];
  for (const json of refused) {
    assert.throws(() => parseManifest(JSON.stringify(json)), { code: 'MANIFEST_MALFORMED' }, JSON.stringify(json));
  }
  assert.throws(() => parseManifest('{'), { code: 'MANIFEST_MALFORMED' });
});
