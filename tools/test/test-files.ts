import { glob, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { checkout } from '../setup/cache.ts';
import { SetupError } from '../setup/error.ts';

/** Those with files that start whole deployments, for minutes, come first; those that compute come last. */
const FOLDERS = ['test', 'tools', 'bench', 'infra', 'services', 'circuits', 'packages', 'examples'];

/**
 * The test files below the given paths (of the whole checkout, when there are none), relative to the checkout and sorted as the
 * folders are listed here. Throws `SetupError` when a path is not there or holds no test.
 */
export async function findTestFiles(paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return (await Promise.all(FOLDERS.map(testFilesBelow))).flat();
  const found = await Promise.all(paths.map(testFilesAt));
  return [...new Set(found.flat())];
}

async function testFilesAt(path: string): Promise<string[]> {
  const normal = relative(checkout, join(checkout, path));
  const entry = await stat(join(checkout, normal)).catch(() => undefined);
  const files = entry?.isDirectory() ? await testFilesBelow(normal) : entry?.isFile() ? [normal] : [];
  if (files.length === 0) throw new SetupError('missing', `there is no test at ${path}`);
  return files;
}

async function testFilesBelow(folder: string): Promise<string[]> {
  const pattern = `${folder}/**/*.test.ts`;
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: checkout, exclude: (name) => name.endsWith('node_modules') }))
    files.push(file);
  return files.sort();
}
