import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Groth16Error } from './error.ts';
import type { NativeProver } from './native-prover.ts';
import type { NativeSetup } from './native-setup.ts';
import type { NativeVerifier } from './native-verifier.ts';
import type { NativeWitness } from './native-witness.ts';

/**
 * How the native engine multiplies field elements: eight lanes of 52-bit limbs (AVX-512 IFMA), 64-bit limbs with two carry
 * chains (mulx, adcx, adox), or plain 64-bit limbs.
 */
export type Arithmetic = 'ifma' | 'adx' | 'portable';

/** What the native code offers, by part. */
export interface NativeAddon extends NativeProver, NativeSetup, NativeVerifier, NativeWitness {
  readonly arithmetic: Arithmetic;
}

/** What an arithmetic needs of an x86-64 processor, by the names in `/proc/cpuinfo`. */
const NEEDS: Readonly<Record<Arithmetic, readonly string[]>> = {
  ifma: ['adx', 'bmi2', 'avx512f', 'avx512dq', 'avx512bw', 'avx512vl', 'avx512ifma'],
  adx: ['adx', 'bmi2'],
  portable: [],
};

/** The arithmetics that this processor can run, fastest first. */
export function runnableArithmetics(): Arithmetic[] {
  const flags = new Set(process.arch === 'x64' ? processorFlags() : []);
  return (['ifma', 'adx', 'portable'] as const).filter((name) => NEEDS[name].every((need) => flags.has(need)));
}

/** Where the setup notes which addons it has built: JSON, arithmetic to absolute path. */
export function nativeIndexFile(cacheFolder: string = defaultCacheFolder()): string {
  return join(cacheFolder, 'native', 'current.json');
}

const loaded = new Map<Arithmetic, NativeAddon>();

/**
 * The native engine, with the fastest arithmetic that was built and that this processor can run.
 *
 * `ASSAY_ENGINE=snarkjs` in the environment gives `undefined`, and `ASSAY_ENGINE=native` an error where there is none.
 * `ASSAY_ARITHMETIC` names the arithmetic to use.
 *
 * @param wanted the arithmetic to use, whatever the environment says
 * @returns `undefined` where none was built: on a machine without a C++ compiler
 * @throws Groth16Error `NO_ENGINE` when what the environment or the caller names is not there
 */
export function loadNativeAddon(wanted?: Arithmetic): NativeAddon | undefined {
  const engine = process.env.ASSAY_ENGINE ?? '';
  if (!['', 'native', 'snarkjs'].includes(engine))
    throw new Groth16Error('NO_ENGINE', `ASSAY_ENGINE is native or snarkjs, not ${engine}`);
  if (engine === 'snarkjs' && wanted === undefined) return undefined;
  const named = wanted ?? (process.env.ASSAY_ARITHMETIC || undefined);
  const built = readIndex();
  const usable = runnableArithmetics().filter((name) => name in built);
  const chosen = named === undefined ? usable[0] : usable.find((name) => name === named);
  if (chosen !== undefined) return load(chosen, built[chosen]!);
  if (named === undefined && engine !== 'native') return undefined;
  throw new Groth16Error(
    'NO_ENGINE',
    `the native engine${named === undefined ? '' : ` with ${named} arithmetic`} is not built, or not for this processor`,
  );
}

function load(arithmetic: Arithmetic, path: string): NativeAddon {
  const known = loaded.get(arithmetic);
  if (known !== undefined) return known;
  try {
    // The setup compiled it from this package's own sources.
    const addon = createRequire(import.meta.url)(path) as NativeAddon;
    loaded.set(arithmetic, addon);
    return addon;
  } catch (cause) {
    throw new Groth16Error('NO_ENGINE', `the native engine cannot be loaded from ${path}: run the setup`, { cause });
  }
}

function readIndex(): Partial<Record<Arithmetic, string>> {
  try {
    return JSON.parse(readFileSync(nativeIndexFile(), 'utf8')) as Partial<Record<Arithmetic, string>>;
  } catch {
    // Nothing was built.
    return {};
  }
}

function defaultCacheFolder(): string {
  const checkout = resolve(import.meta.dirname, '../../..');
  return resolve(checkout, process.env.ASSAY_CACHE_DIR ?? '.cache');
}

function processorFlags(): string[] {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.trim().split(/\s+/) ?? [];
  } catch {
    // No Linux: only what needs nothing can be trusted to run.
    return [];
  }
}
