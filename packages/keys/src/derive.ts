// Derives the development keys that are missing, and checks circuits and keys against the committed manifest:
//   node packages/keys/src/derive.ts --circuits CURRENT.json --out FOLDER [--update-manifest] [--on-demand NAME ...]
// CURRENT.json maps each statement to the folder with its NAME.r1cs, NAME.wasm and NAME.sym.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { deriveKeys } from './derive-keys.ts';
import { DeriveReport } from './derive-report.ts';
import { KeysError } from './error.ts';
import { loadManifest, MANIFEST_PATH } from './manifest.ts';

const { values } = parseArgs({
  options: {
    circuits: { type: 'string' },
    out: { type: 'string' },
    'update-manifest': { type: 'boolean', default: false },
    'on-demand': { type: 'string', multiple: true, default: [] },
  },
});

async function derive(circuitsFile: string, out: string, update: boolean, onDemand: readonly string[]): Promise<void> {
  const circuits = JSON.parse(await readFile(circuitsFile, 'utf8')) as Record<string, string>;
  const manifest = await loadManifest();
  const progress = new DeriveReport(process.stderr);
  const result = await deriveKeys({ circuits, out, manifest, update, onDemand, progress });
  const sorted = Object.fromEntries(Object.entries(result.statements).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (update) await writeFile(MANIFEST_PATH, `${JSON.stringify({ ...result, statements: sorted }, undefined, 2)}\n`);
}

if (values.circuits === undefined || values.out === undefined) {
  process.stderr.write(
    'usage: derive.ts --circuits CURRENT.json --out FOLDER [--update-manifest] [--on-demand NAME ...]\n',
  );
  process.exitCode = 2;
} else {
  try {
    await derive(values.circuits, values.out, values['update-manifest'], values['on-demand']);
  } catch (error) {
    if (!(error instanceof KeysError)) throw error;
    process.stderr.write(`keys: ${error.message}\n`);
    process.exitCode = 1;
  }
}
