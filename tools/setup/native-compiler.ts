import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Arithmetic } from '../../packages/groth16/src/native-addon.ts';
import { cacheDirectory, checkout, contentHash, exists, publishFolder } from './cache.ts';
import { inParallel } from './circuits.ts';
import { runCommand, tryCommand } from './run-command.ts';

/** Folder of the native engine's sources. */
export const NATIVE_SOURCES: string = join(checkout, 'packages/groth16/native');

const HEADERS = join(checkout, 'node_modules/node-api-headers/include');
const DIALECT = ['-std=c++20', '-pthread', '-Wall', '-Wextra'];
const FLAGS: Readonly<Record<Arithmetic, readonly string[]>> = {
  ifma: ['-mbmi2', '-madx', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx512ifma'],
  adx: ['-mbmi2', '-madx'],
  portable: [],
};

/**
 * Headers of the standard library that most units include: reading them takes longer than compiling many a unit, so they are
 * read once for all.
 */
const PRECOMPILED = [
  'algorithm',
  'array',
  'atomic',
  'cstring',
  'functional',
  'memory',
  'mutex',
  'optional',
  'span',
  'string',
  'vector',
];
/** So many units have to be compiled before precompiled headers are worth their own time. */
const ENOUGH_UNITS = 5;

/** A C++ compiler that is there. */
export interface Compiler {
  readonly command: string;
  /** What it says of itself: another one makes other objects. */
  readonly version: string;
}

/** The compiler that the environment variable `CXX` names, else `c++`; `undefined` when it is not there. */
export async function findCompiler(): Promise<Compiler | undefined> {
  const command = compilerCommand();
  const { exitCode, stdout } = await tryCommand(command, ['--version']);
  return exitCode === 0 ? { command, version: stdout } : undefined;
}

/** The name under which a compiler is looked for. */
export function compilerCommand(): string {
  return process.env.CXX || 'c++';
}

/** A source file. */
export interface Unit {
  /** Relative to the folder of the sources. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Sources, with the headers that any of them may include. */
export interface Sources {
  readonly headers: readonly Unit[];
  readonly units: readonly Unit[];
}

/** The sources in a folder below that of the native engine; `.` is that folder itself. */
export async function readSources(folder: string): Promise<Sources> {
  const entries = await readdir(join(NATIVE_SOURCES, folder));
  const names = entries.filter((name) => /\.[ch]pp$/.test(name)).sort();
  const files = await Promise.all(
    names.map(async (file): Promise<Unit> => {
      const name = join(folder, file);
      return { name, content: await readFile(join(NATIVE_SOURCES, name)) };
    }),
  );
  return {
    headers: files.filter(({ name }) => name.endsWith('.hpp')),
    units: files.filter(({ name }) => name.endsWith('.cpp')),
  };
}

/** How something is built: for one arithmetic, with options beside those that everything is built with. */
export interface BuildPlan {
  readonly compiler: Compiler;
  readonly arithmetic: Arithmetic;
  readonly options: readonly string[];
  /** Any of them may be included by any unit. */
  readonly headers: readonly Unit[];
}

/** Compiles and links; what has been made of the same sources, with the same compiler and options, is taken from the cache. */
export class NativeBuild {
  readonly #command: string;
  readonly #flags: readonly string[];
  /** What everything that is built depends on besides its sources. */
  readonly #identity: readonly string[];
  readonly #headers: ReadonlyMap<string, Unit>;

  constructor({ compiler, arithmetic, options, headers }: BuildPlan) {
    this.#command = compiler.command;
    this.#flags = [...DIALECT, ...FLAGS[arithmetic], ...options];
    this.#identity = [compiler.version, ...this.#flags];
    this.#headers = new Map(headers.map((header) => [header.name, header]));
  }

  /** Where a file of this name, linked of these units, lies or will lie. */
  path(file: string, units: readonly Unit[]): string {
    return join(this.#folder('linked', file, units), file);
  }

  /** Links a file, unless the cache has it. */
  async link(file: string, units: readonly Unit[], options: readonly string[] = []): Promise<string> {
    const path = this.path(file, units);
    if (await exists(path)) return path;
    const objects = await this.#compileAll(units);
    await publishFolder(join(path, '..'), async (into) => {
      await runCommand(this.#command, [...this.#flags, ...options, ...objects, '-o', join(into, file)]);
    });
    return path;
  }

  async #compileAll(units: readonly Unit[]): Promise<string[]> {
    const folders = units.map((unit) => ({ unit, folder: this.#folder('objects', unit.name, [unit]) }));
    const present = await Promise.all(folders.map(({ folder }) => exists(folder)));
    const headers = await mkdtemp(join(tmpdir(), 'assay-headers-'));
    try {
      const missing = present.filter((there) => !there).length;
      const prefix = missing < ENOUGH_UNITS ? [] : ['-include', await this.#precompile(headers)];
      return await inParallel(folders, async ({ unit, folder }) => {
        await publishFolder(folder, (into) => this.#compile(unit.name, prefix, join(into, 'unit.o')));
        return join(folder, 'unit.o');
      });
    } finally {
      await rm(headers, { recursive: true, force: true });
    }
  }

  async #compile(name: string, prefix: readonly string[], object: string): Promise<void> {
    const source = join(NATIVE_SOURCES, name);
    await runCommand(this.#command, [...this.#flags, `-I${HEADERS}`, ...prefix, '-c', source, '-o', object]);
  }

  /** A header that includes the frequent ones, with its compiled form beside it, where compilers look for it. */
  async #precompile(folder: string): Promise<string> {
    const header = join(folder, 'standard.hpp');
    await writeFile(header, PRECOMPILED.map((name) => `#include <${name}>\n`).join(''));
    await runCommand(this.#command, [...this.#flags, '-x', 'c++-header', header, '-o', `${header}.gch`]);
    return header;
  }

  /** A folder of its own for what is made of these units and of the headers that they include. */
  #folder(kind: string, file: string, units: readonly Unit[]): string {
    const sources = units.flatMap((unit) => [unit, ...this.#included(unit)]);
    const parts = [...this.#identity, file, ...sources.flatMap(({ name, content }) => [name, content])];
    return join(cacheDirectory(), 'native', kind, contentHash(parts).slice(0, 32));
  }

  /** The headers of ours that a unit includes, directly or through another. */
  #included(unit: Unit): Iterable<Unit> {
    const found = new Set([unit]);
    for (const { name, content } of found) {
      for (const [, path] of new TextDecoder().decode(content).matchAll(/^#include "([^"]+)"/gm)) {
        const header = this.#headers.get(join(dirname(name), path!));
        if (header !== undefined) found.add(header);
      }
    }
    found.delete(unit);
    return found;
  }
}
