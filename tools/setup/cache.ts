import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Absolute path of this checkout. */
export const checkout: string = resolve(import.meta.dirname, '../..');

/** Absolute path of the one folder for derived files: `.cache`, or what `ASSAY_CACHE_DIR` names (relative to the checkout). */
export function cacheDirectory(): string {
  return resolve(checkout, process.env.ASSAY_CACHE_DIR ?? '.cache');
}

/** Whether something exists at `path`. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** SHA-256 over the parts in hex; each part is preceded by its length, so that no two lists of parts run together. */
export function contentHash(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    hash.update(`${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Makes the folder `target` appear whole or not at all: `fill` works in a folder beside it, which is renamed when it is done.
 * When another process was first, its result stands. Does nothing when `target` exists.
 */
export async function publishFolder(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    await fill(temporary);
    await rename(temporary, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Writes `text` to `path` so that a reader sees the old file or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await replace(path, (temporary) => writeFile(temporary, text));
}

/** Makes `path` a symbolic link to `target`, replacing what was there in one step. */
export async function pointLink(path: string, target: string): Promise<void> {
  await replace(path, (temporary) => symlink(target, temporary));
}

async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(join(dirname(path), `.${basename(path)}-`));
  try {
    const temporary = join(folder, 'new');
    await make(temporary);
    await rename(temporary, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
