import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Arithmetic, nativeIndexFile, runnableArithmetics } from '../../packages/groth16/src/native-addon.ts';
import { cacheDirectory, checkout, contentHash, exists, publishFolder, writeWhole } from './cache.ts';
import { inParallel } from './circuits.ts';
import type { Progress } from './progress.ts';
import { runCommand, tryCommand } from './run-command.ts';

const SOURCES = join(checkout, 'packages/groth16/native');
const HEADERS = join(checkout, 'node_modules/node-api-headers/include');
const OPTIONS = [
  '-std=c++20',
  '-O2',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-gnu-unique',
  '-pthread',
  '-Wall',
  '-Wextra',
];
const FLAGS: Readonly<Record<Arithmetic, readonly string[]>> = {
  ifma: ['-mbmi2', '-madx', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx512ifma'],
  adx: ['-mbmi2', '-madx'],
  portable: [],
};

/**
 * Builds the native proving engine for this processor: for each arithmetic an addon in the cache, and an index of them for
 * `loadNativeAddon`. Without a C++ compiler it says so, once for each setup, and leaves proving to snarkjs.
 *
 * @param wanted `best` builds the fastest arithmetic alone; `all` what this processor can run, for tests
 */
export async function buildNative(wanted: 'best' | 'all', progress: Progress): Promise<void> {
  const compiler = process.env.CXX ?? 'c++';
  const version = await tryCommand(compiler, ['--version']);
  if (version.exitCode !== 0) {
    await writeWhole(nativeIndexFile(cacheDirectory()), '{}\n');
    progress.note(`there is no C++ compiler (${compiler}): proofs will be made by snarkjs, which is much slower`);
    return;
  }
  const sources = await readSources();
  const runnable = runnableArithmetics();
  const built: Partial<Record<Arithmetic, string>> = {};
  for (const arithmetic of runnable.slice(0, wanted === 'best' ? 1 : runnable.length)) {
    const flags = [...OPTIONS, ...FLAGS[arithmetic]];
    const hash = contentHash([version.stdout, ...flags, ...sources.headers, ...sources.units.flat()]);
    const folder = join(cacheDirectory(), 'native', hash.slice(0, 32));
    if (!(await exists(folder))) {
      const build: Build = { compiler, flags, identity: [version.stdout, ...flags, ...sources.headers] };
      await progress.during(arithmetic, () => publishFolder(folder, (into) => link(build, sources.units, into)));
    }
    built[arithmetic] = join(folder, 'groth16.node');
  }
  await writeWhole(nativeIndexFile(cacheDirectory()), `${JSON.stringify(built, undefined, 2)}\n`);
}

/** What turns a source into an object file; `identity` holds all that the object depends on besides its source. */
interface Build {
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly identity: readonly (string | Uint8Array)[];
}

type Unit = readonly [name: string, content: Uint8Array];

async function readSources(): Promise<{ headers: Uint8Array[]; units: Unit[] }> {
  const names = (await readdir(SOURCES)).filter((name) => /\.[ch]pp$/.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name): Promise<Unit> => [name, await readFile(join(SOURCES, name))]),
  );
  return {
    headers: files.filter(([name]) => name.endsWith('.hpp')).map(([, content]) => content),
    units: files.filter(([name]) => name.endsWith('.cpp')),
  };
}

async function link(build: Build, units: readonly Unit[], folder: string): Promise<void> {
  const objects = await inParallel(units, (unit) => compile(build, unit));
  await runCommand(build.compiler, [...build.flags, '-shared', ...objects, '-o', join(folder, 'groth16.node')]);
}

/** Compiles one source, unless the cache has its object. */
async function compile({ compiler, flags, identity }: Build, [name, content]: Unit): Promise<string> {
  const folder = join(cacheDirectory(), 'native', 'objects', contentHash([...identity, name, content]).slice(0, 32));
  await publishFolder(folder, async (into) => {
    await runCommand(compiler, [...flags, `-I${HEADERS}`, '-c', join(SOURCES, name), '-o', join(into, 'unit.o')]);
  });
  return join(folder, 'unit.o');
}
