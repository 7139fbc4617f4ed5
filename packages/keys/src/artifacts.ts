import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseVerificationKey, type VerificationKey, verificationKeyHash } from '@assay/groth16/verifier';
import { type ArtifactPaths, defaultKeysFolder, readArtifactIndex } from './artifact-index.ts';
import { KeysError } from './error.ts';
import { loadManifest, type Manifest, type ManifestEntry } from './manifest.ts';

/** A statement's verification key, checked against the manifest. */
export interface PinnedVerificationKey {
  readonly verificationKey: VerificationKey;
  /** SHA-256 in hex, as in the manifest. */
  readonly verificationKeyHash: string;
}

/** The files of one statement, each checked against the manifest: paths, hashes, and the verification key. */
export interface Artifacts extends PinnedVerificationKey {
  /** Path of the constraints. */
  readonly r1cs: string;
  /** Path of the witness calculator. */
  readonly wasm: string;
  /** Path of the calculator's evaluation graph, for native code; absent when the manifest's entry has none. */
  readonly witnessGraph?: string;
  /** Path of the signals' names; it is not pinned, and only tests read it. */
  readonly sym: string;
  /** Path of the proving key. */
  readonly zkey: string;
  /** SHA-256 in hex of the proving key, for the process that loads it to check again. */
  readonly zkeySha256: string;
  /** SHA-256 in hex of the witness calculator, for the process that loads it to check again. */
  readonly wasmSha256: string;
  /** SHA-256 in hex of the evaluation graph, likewise; there is one when there is the other. */
  readonly witnessGraphSha256?: string;
}

/** Which files to load, and against what to check them. */
export interface LoadOptions {
  /** Folder of the keys; the checkout's own by default. */
  readonly cacheDir?: string;
  /** The committed manifest by default. */
  readonly manifest?: Manifest;
  /** Which of the statements that the manifest has on demand to load; none by default. */
  readonly onDemand?: readonly string[];
}

const verified = new Map<string, Promise<Readonly<Record<string, Artifacts>>>>();

/**
 * Every statement of the manifest with its files, after each was hashed, but for those on demand that nobody named. What was
 * found is kept for the process's life, for each folder and manifest.
 *
 * This says nothing of whether the keys may be used: call `assertUsable` first.
 *
 * @throws KeysError `ARTIFACT_MISSING`, or `ARTIFACT_MISMATCH` naming statement and file
 */
export async function loadArtifacts(options: LoadOptions = {}): Promise<Readonly<Record<string, Artifacts>>> {
  const folder = options.cacheDir ?? defaultKeysFolder();
  const manifest = options.manifest ?? (await loadManifest());
  const identity = JSON.stringify([folder, manifest, options.onDemand ?? []]);
  const known = verified.get(identity);
  if (known !== undefined) return known;
  const wanted = (name: string, { onDemand }: ManifestEntry): boolean =>
    onDemand === undefined || options.onDemand?.includes(name) === true;
  const loading = readArtifactIndex(folder).then((index) => loadAll(index, manifest, wanted, loadOne));
  verified.set(identity, loading);
  // A failure is not kept: the setup may be run meanwhile.
  loading.catch(() => verified.delete(identity));
  return loading;
}

/**
 * Every statement's verification key, for a process that proves nothing: no other file is read. Of statements on demand, those
 * that were derived.
 *
 * @throws KeysError `ARTIFACT_MISSING`, `ARTIFACT_MISMATCH`
 */
export async function loadVerificationKeys(
  options: LoadOptions = {},
): Promise<Readonly<Record<string, PinnedVerificationKey>>> {
  const manifest = options.manifest ?? (await loadManifest());
  const index = await readArtifactIndex(options.cacheDir ?? defaultKeysFolder());
  const wanted = (name: string, { onDemand }: ManifestEntry): boolean =>
    onDemand === undefined || index[name] !== undefined;
  return loadAll(index, manifest, wanted, (name, paths, entry) =>
    readVerificationKey(name, paths.verificationKey, entry),
  );
}

async function loadAll<T>(
  index: Readonly<Record<string, ArtifactPaths>>,
  { statements }: Manifest,
  wanted: (name: string, entry: ManifestEntry) => boolean,
  load: (name: string, paths: ArtifactPaths, entry: ManifestEntry) => Promise<T>,
): Promise<Readonly<Record<string, T>>> {
  const named = Object.entries(statements).filter(([name, entry]) => wanted(name, entry));
  const loaded = await Promise.all(
    named.map(async ([name, entry]): Promise<[string, T]> => {
      const paths = index[name];
      if (paths === undefined) throw missing(name, entry);
      return [name, await load(name, paths, entry)];
    }),
  );
  return Object.fromEntries(loaded);
}

function missing(name: string, { onDemand }: ManifestEntry): KeysError {
  const setup = onDemand ? 'make setup ALL=1' : 'run the setup';
  return new KeysError('ARTIFACT_MISSING', `there is no key for ${name}: ${setup}`);
}

async function loadOne(name: string, paths: ArtifactPaths, entry: ManifestEntry): Promise<Artifacts> {
  const { witnessGraph, ...others } = paths;
  const graph = entry.witnessGraph === undefined ? {} : await loadGraph(name, witnessGraph, entry.witnessGraph);
  await Promise.all([
    requireHash(name, 'r1cs', paths.r1cs, entry.r1cs),
    requireHash(name, 'wasm', paths.wasm, entry.wasm),
    requireHash(name, 'zkey', paths.zkey, entry.zkey),
  ]);
  const pinned = await readVerificationKey(name, paths.verificationKey, entry);
  return { ...others, ...graph, ...pinned, zkeySha256: entry.zkey, wasmSha256: entry.wasm };
}

async function loadGraph(
  name: string,
  path: string | undefined,
  sha256: string,
): Promise<{ readonly witnessGraph: string; readonly witnessGraphSha256: string }> {
  if (path === undefined)
    throw new KeysError('ARTIFACT_MISSING', `the witness graph of ${name} is missing: run the setup`);
  await requireHash(name, 'witness graph', path, sha256);
  return { witnessGraph: path, witnessGraphSha256: sha256 };
}

async function readVerificationKey(name: string, path: string, entry: ManifestEntry): Promise<PinnedVerificationKey> {
  const json: unknown = JSON.parse(new TextDecoder().decode(await read(name, 'verification key', path)));
  const verificationKey = parseVerificationKey(json);
  const hash = Buffer.from(verificationKeyHash(verificationKey)).toString('hex');
  if (hash !== entry.verificationKey) throw mismatch(name, 'verification key');
  return { verificationKey, verificationKeyHash: hash };
}

async function requireHash(name: string, what: string, path: string, expected: string): Promise<void> {
  const bytes = await read(name, what, path);
  if (createHash('sha256').update(bytes).digest('hex') !== expected) throw mismatch(name, what);
}

function read(name: string, what: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new KeysError('ARTIFACT_MISSING', `the ${what} of ${name} is missing: run the setup`, { cause });
  });
}

function mismatch(name: string, what: string): KeysError {
  return new KeysError('ARTIFACT_MISMATCH', `the ${what} of ${name} is not the one in the manifest: run the setup`);
}
