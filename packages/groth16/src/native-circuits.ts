import { createHash } from 'node:crypto';
import { Groth16Error } from './error.ts';
import type { NativeAddon } from './native-addon.ts';
import { groth16ErrorOf } from './native-error.ts';
import type { NativeKey } from './native-prover.ts';
import { readChecked } from './read-checked.ts';
import type { CircuitFiles } from './snarkjs-messages.ts';
import type { VerificationKey } from './verification-key.ts';
import { readZkeyHead } from './zkey.ts';

/** A proving key that native code holds, with what else proving needs to know of it. */
export interface LoadedKey {
  readonly key: NativeKey;
  readonly wireCount: number;
  readonly publicCount: number;
  readonly verificationKey: VerificationKey;
}

/** How keys are loaded. */
export interface KeyLoading {
  /** Bytes that all keys together may take, their tables included. Each gets a share by the size of its file. */
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Whether what recurs from witness to witness is kept with its sums: see `NativeProver.loadKey`. */
  readonly recurring: boolean;
}

/**
 * Has native code load and check the proving key of each circuit. Circuits whose files have the same SHA-256 share one.
 *
 * @throws Groth16Error `MALFORMED_KEY`
 */
export async function loadNativeKeys(
  addon: NativeAddon,
  circuits: Readonly<Record<string, CircuitFiles>>,
  { memoryLimitBytes, ...loading }: KeyLoading,
): Promise<ReadonlyMap<string, LoadedKey>> {
  const hashes = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  for (const [name, { zkey, zkeySha256 }] of Object.entries(circuits)) {
    const bytes = await readChecked(`proving key of ${name}`, zkey, zkeySha256);
    const hash = zkeySha256 ?? createHash('sha256').update(bytes).digest('hex');
    hashes.set(name, hash);
    if (!files.has(hash)) files.set(hash, bytes);
  }
  const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const loaded = new Map<string, LoadedKey>();
  for (const [hash, bytes] of files) {
    const share = Math.floor((memoryLimitBytes * bytes.length) / total);
    loaded.set(hash, await load(addon, bytes, { memoryLimitBytes: share, ...loading }));
  }
  return new Map([...hashes].map(([name, hash]) => [name, loaded.get(hash)!]));
}

async function load(addon: NativeAddon, zkey: Uint8Array, options: KeyLoading): Promise<LoadedKey> {
  const { verificationKey } = readZkeyHead(zkey);
  try {
    const key = await addon.loadKey(zkey, options);
    const { wireCount, publicCount } = addon.keyInfo(key);
    return { key, wireCount, publicCount, verificationKey };
  } catch (error) {
    throw groth16ErrorOf(error);
  }
}

/** Throws `MALFORMED_KEY` where key and calculator of a circuit cannot belong together. */
export function requireSameWires(circuit: string, key: LoadedKey, wireCount: number | undefined): void {
  if (wireCount === key.wireCount) return;
  throw new Groth16Error('MALFORMED_KEY', `key and witness calculator of ${circuit} are of different circuits`);
}
