import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buf } from './buf.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where `buf.gen.yaml` puts the code, below the output directory. */
const GENERATED = 'packages/contracts/src/gen';

/** Descriptors of all files with what they import, for server reflection. */
const DESCRIPTORS = 'assay.binpb';

/** Writes the committed code and descriptors anew from the `.proto` files. */
export function generate(): void {
  generateBelow(ROOT);
}

/** Names, sorted, the committed generated files that are missing, superfluous, or not what the `.proto` files give. */
export function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'assay-contracts-'));
  try {
    generateBelow(fresh);
    const wanted = filesIn(join(fresh, GENERATED));
    const present = filesIn(join(ROOT, GENERATED));
    const names = new Set([...wanted.keys(), ...present.keys()]);
    return [...names].filter((name) => present.get(name) !== wanted.get(name)).sort();
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function generateBelow(directory: string): void {
  buf('generate', '--template', 'buf.gen.yaml', '--output', directory);
  const descriptors = join(directory, GENERATED, DESCRIPTORS);
  buf('build', '--as-file-descriptor-set', '--exclude-source-info', '--output', descriptors);
}

function filesIn(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(directory.length + 1), readFileSync(path, 'latin1')];
    }),
  );
}
