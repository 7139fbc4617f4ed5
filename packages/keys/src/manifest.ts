import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeysError } from './error.ts';
import { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';

/**
 * Where keys come from: `development` keys from a published constant, so that anyone can forge proofs under them;
 * `ceremony` keys from contributions of which one honest one is enough, ended by a public beacon.
 */
export type KeyClass = 'development' | 'ceremony';

/** Everything that makes up a statement's proving system, pinned. Hashes are SHA-256 in lower-case hex. */
export interface ManifestEntry {
  /** Of the `.r1cs` file. */
  readonly r1cs: string;
  /** Of the `.wasm` witness calculator. */
  readonly wasm: string;
  /** Of the `.graph` file, the evaluation graph of the calculator; without it, witnesses come from the calculator itself. */
  readonly witnessGraph?: string;
  /** Of the `.zkey` file. */
  readonly zkey: string;
  /** Of the verification key, as `verificationKeyHash` of the groth16 package defines it: what envelopes name. */
  readonly verificationKey: string;
  readonly constraints: number;
  readonly publicSignals: number;
  /** Derived and loaded only for those who ask for it: its circuit is large, and few need it. */
  readonly onDemand?: true;
}

/** The committed list of keys. */
export interface Manifest {
  readonly class: KeyClass;
  /** With development keys, the constant that they are derived from. */
  readonly constant?: string;
  /** By statement. */
  readonly statements: Readonly<Record<string, ManifestEntry>>;
}

/** Path of the committed manifest. */
export const MANIFEST_PATH: string = join(import.meta.dirname, '..', 'manifest.json');

/** Reads the committed manifest. @throws KeysError `MANIFEST_MALFORMED`, `ARTIFACT_MISSING` */
export async function loadManifest(path: string = MANIFEST_PATH): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new KeysError('ARTIFACT_MISSING', `there is no key manifest at ${path}`, { cause });
  });
  return parseManifest(text);
}

/** Reads a manifest strictly: no member unknown, none missing. @throws KeysError `MANIFEST_MALFORMED` */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KeysError('MANIFEST_MALFORMED', 'the key manifest is not JSON', { cause });
  }
  const keyClass = isObject(json) ? json.class : undefined;
  if (keyClass !== 'development' && keyClass !== 'ceremony') throw malformed('its class is unknown');
  const members = keyClass === 'development' ? ['class', 'constant', 'statements'] : ['class', 'statements'];
  if (!isObject(json) || !hasExactly(json, members) || !isObject(json.statements))
    throw malformed('its members are wrong');
  if (keyClass === 'development' && json.constant !== DEVELOPMENT_CONSTANT) throw malformed('its constant is another');
  const statements: Record<string, ManifestEntry> = {};
  for (const [name, entry] of Object.entries(json.statements)) {
    if (!isEntry(entry)) throw malformed(`its entry for ${name} is wrong`);
    statements[name] = entry;
  }
  return keyClass === 'development'
    ? { class: keyClass, constant: DEVELOPMENT_CONSTANT, statements }
    : { class: keyClass, statements };
}

/**
 * Refuses keys that anyone can forge under, unless they are allowed: only a demonstration and tests may allow them.
 *
 * @throws KeysError `DEVELOPMENT_KEYS`
 */
export function assertUsable(manifest: Manifest, { allowDevelopment }: { readonly allowDevelopment: boolean }): void {
  if (manifest.class === 'development' && !allowDevelopment) {
    throw new KeysError(
      'DEVELOPMENT_KEYS',
      'the keys are development keys: their secrets are public, and anyone can forge proofs under them',
    );
  }
}

const HASHES = ['r1cs', 'wasm', 'zkey', 'verificationKey'] as const;
const OPTIONAL_HASHES = ['witnessGraph'] as const;
const COUNTS = ['constraints', 'publicSignals'] as const;

function isEntry(json: unknown): json is ManifestEntry {
  if (!isObject(json)) return false;
  const hashes = [...HASHES, ...OPTIONAL_HASHES.filter((name) => name in json)];
  return (
    hasExactly(json, [...hashes, ...COUNTS, ...('onDemand' in json ? ['onDemand'] : [])]) &&
    (json.onDemand === undefined || json.onDemand === true) &&
    hashes.every((name) => typeof json[name] === 'string' && /^[0-9a-f]{64}$/.test(json[name])) &&
    COUNTS.every((name) => Number.isSafeInteger(json[name]) && (json[name] as number) >= 0)
  );
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function hasExactly(json: Record<string, unknown>, members: readonly string[]): boolean {
  return Object.keys(json).sort().join() === [...members].sort().join();
}

function malformed(what: string): KeysError {
  return new KeysError('MANIFEST_MALFORMED', `the key manifest cannot be used: ${what}`);
}
