import { createProvingEngine, type ProvingEngine } from '@assay/groth16';
import { loadArtifacts, loadVerificationKeys, type Manifest } from '@assay/keys';
import { LazyEngine } from './lazy-engine.ts';
import type { PinnedKeys } from './statement-prover.ts';

/** What a service proves, and with how much. */
export interface StartEngineOptions {
  readonly manifest: Manifest;
  /** Folder of the keys; the checkout's cache by default. */
  readonly keysDir: string | undefined;
  /** Circuits whose keys are loaded now. */
  readonly first: readonly string[];
  /** Circuits whose keys are loaded when a job first needs them, if they are there. */
  readonly later: readonly string[];
  readonly proving: { readonly workers: number; readonly queueLimit: number; readonly keyMemoryMiB: number };
  /** Whether much of each witness is that of the one before; false by default. */
  readonly recurring?: boolean;
  /** Told when there is no native engine. */
  warn(): void;
}

/** An engine, and the keys of every circuit that it can prove. */
export interface StartedEngine {
  readonly engine: ProvingEngine;
  readonly keys: PinnedKeys;
}

/**
 * Starts the engine of a service with the keys that it proves with and no others.
 *
 * @throws KeysError `ARTIFACT_MISSING`, `ARTIFACT_MISMATCH`; whatever `createProvingEngine` throws
 */
export async function startEngine(options: StartEngineOptions): Promise<StartedEngine> {
  const { manifest, keysDir, first, later, recurring = false } = options;
  const { workers, queueLimit, keyMemoryMiB } = options.proving;
  const cacheDir = keysDir === undefined ? {} : { cacheDir: keysDir };
  const engineOf = async (names: readonly string[]): Promise<ProvingEngine> => {
    const onDemand = names.filter((name) => manifest.statements[name]?.onDemand);
    const artifacts = await loadArtifacts({ manifest, onDemand, ...cacheDir });
    const circuits = Object.fromEntries(Object.entries(artifacts).filter(([name]) => names.includes(name)));
    const memoryLimitBytes = keyMemoryMiB * 2 ** 20;
    return await createProvingEngine({
      circuits,
      workers,
      queueLimit,
      memoryLimitBytes,
      recurring,
      warn: options.warn,
    });
  };
  const known = Object.entries(await loadVerificationKeys({ manifest, ...cacheDir }));
  const keys = Object.fromEntries(known.filter(([name]) => [...first, ...later].includes(name)));
  const starts = later
    .filter((circuit) => keys[circuit] !== undefined)
    .map((circuit) => [circuit, () => engineOf([circuit])] as const);
  return { engine: new LazyEngine(await engineOf(first), new Map(starts)), keys };
}
