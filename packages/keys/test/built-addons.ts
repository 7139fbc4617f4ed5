import { existsSync, readFileSync } from 'node:fs';
import { type Arithmetic, loadNativeAddon, type NativeAddon, nativeIndexFile } from '@assay/groth16';

/** Every native addon that was built here: none on a machine without a compiler. */
export function builtAddons(): NativeAddon[] {
  const index = nativeIndexFile();
  if (!existsSync(index)) return [];
  return Object.keys(JSON.parse(readFileSync(index, 'utf8')))
    .map((arithmetic) => loadNativeAddon(arithmetic as Arithmetic))
    .filter((addon) => addon !== undefined);
}
