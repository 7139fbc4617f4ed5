import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, checkout, contentHash, exists, pointLink, publishFolder } from './cache.ts';
import { SetupError } from './error.ts';
import type { Progress } from './progress.ts';

const SOURCE = 'services/verifier/console';
/** What the console is made of: its own files, the packages that it verifies with, and the versions of everything else. */
const INPUTS = [
  `${SOURCE}/**/*.{html,css,ts,tsx,svg,json}`,
  'packages/{field,groth16,schema,policy,statements,tlog,verify}/{package.json,src/**/*.{ts,json}}',
  'package-lock.json',
];

/** Where the built console is found, whatever version it has: a link in the cache. */
function consoleLink(): string {
  return join(cacheDirectory(), 'console', 'current');
}

/** Folder of the console that was built last; nothing where none was. */
export function consoleFolder(): string | undefined {
  return existsSync(consoleLink()) ? consoleLink() : undefined;
}

/**
 * Builds the verifier's web console into the cache, named for its content, and points the link at it. Needs no network. Gives
 * the folder that was built.
 *
 * @throws SetupError `command` when it does not build
 */
export async function buildConsole(progress: Progress): Promise<string> {
  const folder = join(cacheDirectory(), 'console', (await hashInputs()).slice(0, 32));
  if (!(await exists(folder))) await progress.during('bundle', () => publishFolder(folder, bundle));
  await pointLink(consoleLink(), folder);
  return folder;
}

async function hashInputs(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(INPUTS, { cwd: checkout })) if (!file.endsWith('.test.ts')) files.push(file);
  const parts: (string | Uint8Array)[] = [];
  for (const file of files.sort()) parts.push(file, await readFile(join(checkout, file)));
  return contentHash(parts);
}

async function bundle(folder: string): Promise<void> {
  const root = join(checkout, SOURCE);
  const { build } = await import('vite');
  try {
    await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  } catch (error) {
    throw new SetupError('command', `the console does not build: ${error instanceof Error ? error.message : error}`);
  }
}
