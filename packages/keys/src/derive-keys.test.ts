import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { compileTinyCircuit, type TinyCircuit } from '../test/tiny-circuit.ts';
import { loadArtifacts, loadVerificationKeys } from './artifacts.ts';
import { type DeriveOptions, deriveKeys } from './derive-keys.ts';
import { DeriveReport } from './derive-report.ts';
import { FixedBasePool } from './fixed-base-pool.ts';
import type { Manifest } from './manifest.ts';
import { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';

const EMPTY: Manifest = { class: 'development', constant: DEVELOPMENT_CONSTANT, statements: {} };

let circuit: TinyCircuit;
let pool: FixedBasePool;
before(async () => {
  circuit = await compileTinyCircuit();
  pool = await FixedBasePool.start(1);
});
after(async () => {
  await circuit.remove();
  await pool.close();
});

/** Derives into a folder, and tells which keys and graphs had to be computed. */
async function derive(
  folder: string,
  options: Partial<DeriveOptions>,
): Promise<{ manifest: Manifest; derived: string[] }> {
  const derived: string[] = [];
  const manifest = await deriveKeys({
    circuits: { tiny: circuit.folder },
    out: join(circuit.folder, folder),
    manifest: EMPTY,
    update: false,
    pool,
    progress: {
      started: (statement) => derived.push(statement),
      advanced: () => undefined,
      finished: () => undefined,
      graphStarted: (statement) => derived.push(`${statement}.graph`),
      graphFinished: () => undefined,
    },
    ...options,
  });
  return { manifest, derived };
}

test('a key is derived once, and again only when its file was damaged', async (t) => {
  const engine = process.env.ASSAY_ENGINE;
  t.after(() => {
    if (engine === undefined) delete process.env.ASSAY_ENGINE;
    else process.env.ASSAY_ENGINE = engine;
  });

  const own = { circuits: { tiny: circuit.folder }, out: join(circuit.folder, 'own'), manifest: EMPTY, update: true };
  const report = new DeriveReport({ write: () => undefined });
  // Natively, where there is a compiler, the key is the same, and on threads of its own.
  const expected = await deriveKeys({ ...own, progress: report });
  process.env.ASSAY_ENGINE = 'snarkjs';
  const out = join(circuit.folder, 'threads');
  assert.deepEqual(await deriveKeys({ ...own, out, progress: report }), expected);
  const { manifest, derived } = await derive('once', { update: true });
  assert.deepEqual(manifest, expected);
  assert.deepEqual(derived, ['tiny', 'tiny.graph']);
  assert.deepEqual([manifest.statements.tiny!.constraints, manifest.statements.tiny!.publicSignals], [11, 3]);
  assert.deepEqual(await derive('once', { manifest }), { manifest, derived: [] });
  const cacheDir = join(circuit.folder, 'once');
  const { zkey } = (await loadArtifacts({ cacheDir, manifest })).tiny!;
  const bytes = await readFile(zkey);
  await writeFile(zkey, Buffer.from(bytes).fill(0, 1000, 1001));
  assert.deepEqual(await derive('once', { manifest }), { manifest, derived: ['tiny'] });
  assert.deepEqual(await readFile(zkey), bytes);
  const graph = (await loadArtifacts({ cacheDir, manifest })).tiny!.witnessGraph!;
  await rm(graph);
  assert.deepEqual(await derive('once', { manifest }), { manifest, derived: ['tiny.graph'] });
  assert.equal((await loadArtifacts({ cacheDir, manifest })).tiny!.witnessGraph, graph);
});

test('a key on demand is loaded for those who name it, and need not be there for others', async () => {
  const { manifest } = await derive('demand', { update: true, onDemand: ['tiny'] });
  assert.equal(manifest.statements.tiny!.onDemand, true);
  const cacheDir = join(circuit.folder, 'demand');
  assert.deepEqual(await loadArtifacts({ cacheDir, manifest }), {});
  assert.deepEqual(Object.keys(await loadArtifacts({ cacheDir, manifest, onDemand: ['tiny'] })), ['tiny']);
  assert.deepEqual(Object.keys(await loadVerificationKeys({ cacheDir, manifest })), ['tiny']);
  // A setup that was not asked for it.
  await derive('without', { manifest, circuits: {} });
  const without = join(circuit.folder, 'without');
  assert.deepEqual(await loadArtifacts({ cacheDir: without, manifest }), {});
  assert.deepEqual(await loadVerificationKeys({ cacheDir: without, manifest }), {});
  await assert.rejects(loadArtifacts({ cacheDir: without, manifest, onDemand: ['tiny'] }), {
    code: 'ARTIFACT_MISSING',
    message: /make setup ALL=1/,
  });
});

test('a circuit or key that is not in the manifest is named', async () => {
  const { manifest } = await derive('named', { update: true });
  const other = '00'.repeat(32);
  const changed = (members: object): Manifest => ({
    ...manifest,
    statements: { tiny: { ...manifest.statements.tiny!, ...members } },
  });
  await assert.rejects(derive('named', {}), { code: 'ARTIFACT_MISMATCH', message: /tiny is not in the manifest/ });
  for (const what of ['r1cs', 'wasm', 'witnessGraph', 'zkey', 'verificationKey']) {
    await assert.rejects(derive('named', { manifest: changed({ [what]: other }) }), {
      code: 'ARTIFACT_MISMATCH',
      message: new RegExp(`tiny: ${what} is [0-9a-f]{64}, the manifest says 0{64}`),
    });
  }
  await assert.rejects(derive('named', { circuits: { absent: circuit.folder } }), { code: 'ARTIFACT_MISSING' });
});

test('what is loaded was checked, file by file', async () => {
  const { manifest } = await derive('loaded', { update: true });
  const cacheDir = join(circuit.folder, 'loaded');
  const { tiny } = await loadArtifacts({ cacheDir, manifest });
  assert.equal(tiny!.verificationKeyHash, manifest.statements.tiny!.verificationKey);
  assert.equal(tiny!.verificationKey.ic.length, 4);
  const keys = await loadVerificationKeys({ cacheDir, manifest });
  assert.deepEqual(keys.tiny!.verificationKey, tiny!.verificationKey);
  for (const what of ['r1cs', 'wasm', 'witnessGraph', 'zkey', 'verificationKey'] as const) {
    const other = { ...manifest.statements.tiny!, [what]: '00'.repeat(32) };
    await assert.rejects(loadArtifacts({ cacheDir, manifest: { ...manifest, statements: { tiny: other } } }), {
      code: 'ARTIFACT_MISMATCH',
      message: /of tiny is not the one in the manifest/,
    });
  }
  const more = { ...manifest, statements: { ...manifest.statements, other: manifest.statements.tiny! } };
  await assert.rejects(loadArtifacts({ cacheDir, manifest: more }), { code: 'ARTIFACT_MISSING', message: /other/ });
});

test('a statement without a graph in the manifest has none', async () => {
  const { manifest } = await derive('without', { update: true });
  const { witnessGraph: _, ...entry } = manifest.statements.tiny!;
  const without = { ...manifest, statements: { tiny: entry } };
  assert.deepEqual(await derive('without', { manifest: without }), { manifest: without, derived: [] });
  const cacheDir = join(circuit.folder, 'without');
  const { tiny } = await loadArtifacts({ cacheDir, manifest: without });
  assert.ok(!('witnessGraph' in tiny!) && !('witnessGraphSha256' in tiny!));
  await assert.rejects(loadArtifacts({ cacheDir, manifest }), { code: 'ARTIFACT_MISSING', message: /witness graph/ });
});

test('a failure to load is not kept', async () => {
  const { manifest } = await derive('repaired', { update: true });
  const cacheDir = join(circuit.folder, 'repaired');
  const index = await readFile(join(cacheDir, 'current.json'), 'utf8');
  const zkey = join(cacheDir, (JSON.parse(index) as { tiny: { zkey: string } }).tiny.zkey);
  await rm(zkey);
  await assert.rejects(loadArtifacts({ cacheDir, manifest }), { code: 'ARTIFACT_MISSING' });
  await derive('repaired', { manifest });
  assert.equal((await loadArtifacts({ cacheDir, manifest })).tiny!.zkey, zkey);
  await rm(cacheDir, { recursive: true });
  await assert.rejects(loadVerificationKeys({ cacheDir, manifest }), { code: 'ARTIFACT_MISSING' });
});

test('progress is a bar on a terminal and lines elsewhere', () => {
  const shown = (isTTY: boolean): string => {
    let text = '';
    const report = new DeriveReport({ isTTY, write: (part) => (text += part) });
    report.started('tiny', 100);
    report.advanced('tiny', 50);
    report.finished('tiny');
    report.graphStarted('tiny');
    report.graphStarted('other');
    report.graphFinished('tiny');
    report.graphFinished('other', 'it loops');
    return text;
  };
  const lines = shown(false)
    .replace(/\d+\.\d s/g, 'N s')
    .trimEnd()
    .split('\n');
  assert.deepEqual(lines, [
    'keys: tiny, 100 points ...',
    'keys: tiny derived in N s',
    'keys: tiny, witness graph ...',
    'keys: other, witness graph ...',
    'keys: tiny, witness graph extracted in N s',
    'keys: other, no witness graph: it loops',
  ]);
  assert.ok(shown(true).includes(`[${'#'.repeat(10)}${'.'.repeat(10)}] 50 % tiny`));
  assert.ok(shown(true).includes('keys witness graph of tiny ..., witness graph of other ...'));
});
