import { type Arithmetic, nativeIndexFile, runnableArithmetics } from '../../packages/groth16/src/native-addon.ts';
import { cacheDirectory, exists, writeWhole } from './cache.ts';
import { compilerCommand, findCompiler, NativeBuild, readSources } from './native-compiler.ts';
import type { Progress } from './progress.ts';

// Vectors that the compiler makes of four limbs are slower than the limbs: they wait for stores that are still on their way.
const OPTIONS = ['-O2', '-fno-tree-vectorize', '-fPIC', '-fvisibility=hidden', '-fno-gnu-unique'];
const ADDON = 'groth16.node';

/**
 * Builds the native proving engine for this processor: for each arithmetic an addon in the cache, and an index of them for
 * `loadNativeAddon`. Without a C++ compiler it says so, once for each setup, and leaves proving to snarkjs.
 *
 * @param wanted `best` builds the fastest arithmetic alone; `all` what this processor can run, for tests
 */
export async function buildNative(wanted: 'best' | 'all', progress: Progress): Promise<void> {
  const compiler = await findCompiler();
  if (compiler === undefined) {
    await writeWhole(nativeIndexFile(cacheDirectory()), '{}\n');
    progress.note(
      `there is no C++ compiler (${compilerCommand()}): proofs will be made by snarkjs, which is much slower`,
    );
    return;
  }
  const { headers, units } = await readSources('.');
  const runnable = runnableArithmetics();
  // At once, so that no processor is idle while the last unit of one is compiled.
  const built = await Promise.all(
    runnable
      .slice(0, wanted === 'best' ? 1 : runnable.length)
      .map(async (arithmetic): Promise<[Arithmetic, string]> => {
        const build = new NativeBuild({ compiler, arithmetic, options: OPTIONS, headers });
        const path = build.path(ADDON, units);
        if (!(await exists(path))) await progress.during(arithmetic, () => build.link(ADDON, units, ['-shared']));
        return [arithmetic, path];
      }),
  );
  await writeWhole(nativeIndexFile(cacheDirectory()), `${JSON.stringify(Object.fromEntries(built), undefined, 2)}\n`);
}
