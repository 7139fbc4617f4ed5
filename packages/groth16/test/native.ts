import { existsSync, readFileSync } from 'node:fs';
import { type Arithmetic, nativeIndexFile, runnableArithmetics } from '../src/native-addon.ts';

/** The arithmetics for which the native engine was built here, fastest first: none on a machine without a compiler. */
export const builtArithmetics: readonly Arithmetic[] = readBuilt();

/** Options of a test that needs the native engine. */
export const needsNative: { readonly skip: string | false } = {
  skip: builtArithmetics.length === 0 && 'the native engine is not built',
};

function readBuilt(): Arithmetic[] {
  if (!existsSync(nativeIndexFile())) return [];
  const index = JSON.parse(readFileSync(nativeIndexFile(), 'utf8'));
  return runnableArithmetics().filter((arithmetic) => arithmetic in index);
}
