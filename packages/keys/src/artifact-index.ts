import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { KeysError } from './error.ts';

/** Where the files of one statement are: absolute paths. */
export interface ArtifactPaths {
  readonly r1cs: string;
  readonly wasm: string;
  /** Absent when the statement's manifest entry has no graph. */
  readonly witnessGraph?: string;
  readonly sym: string;
  readonly zkey: string;
  /** JSON in snarkjs' form. */
  readonly verificationKey: string;
}

/** Name of the index in the folder of the keys: JSON, statement to paths relative to that folder. */
export const INDEX_NAME = 'current.json';

/** The folder of keys in the cache: `keys` in `.cache` of the checkout, or in what `ASSAY_CACHE_DIR` names. */
export function defaultKeysFolder(): string {
  const checkout = resolve(import.meta.dirname, '../../..');
  return join(resolve(checkout, process.env.ASSAY_CACHE_DIR ?? '.cache'), 'keys');
}

/**
 * Which files are this checkout's.
 *
 * @throws KeysError `ARTIFACT_MISSING` when nothing was derived yet
 */
export async function readArtifactIndex(folder: string): Promise<Record<string, ArtifactPaths>> {
  const text = await readFile(join(folder, INDEX_NAME), 'utf8').catch((cause: unknown) => {
    throw new KeysError('ARTIFACT_MISSING', `there are no keys in ${folder}: run the setup`, { cause });
  });
  // Written by this package into its own cache; the files that it leads to are checked against the manifest.
  const index = JSON.parse(text) as Record<string, ArtifactPaths>;
  const absolute = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  return Object.fromEntries(
    Object.entries(index).map(([name, { r1cs, wasm, witnessGraph, sym, zkey, verificationKey }]) => [
      name,
      {
        r1cs: absolute(r1cs),
        wasm: absolute(wasm),
        ...(witnessGraph === undefined ? {} : { witnessGraph: absolute(witnessGraph) }),
        sym: absolute(sym),
        zkey: absolute(zkey),
        verificationKey: absolute(verificationKey),
      },
    ]),
  );
}
