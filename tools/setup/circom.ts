import { stripVTControlCharacters } from 'node:util';
import { checkout } from './cache.ts';
import { SetupError } from './error.ts';
import { tryCommand } from './run-command.ts';

/** How far the compiler simplifies: not at all, signals only, or linear constraints too (what is proved is always O2). */
export type Simplification = 'O0' | 'O1' | 'O2';

/** Size of a compiled circuit, as the compiler counts it. */
export interface ConstraintCounts {
  readonly constraints: number;
  readonly nonLinear: number;
  readonly publicSignals: number;
  readonly wires: number;
}

/** What one run of the compiler said. A warning names the template that it is about, without its parameters. */
export interface CompilerReport {
  readonly counts: ConstraintCounts;
  readonly warnings: readonly CompilerWarning[];
}

/** One warning, such as CA01: a signal in no constraint. `template` is empty where a warning names none. */
export interface CompilerWarning {
  readonly code: string;
  readonly template: string;
  readonly text: string;
}

/** Folder of circomlib's templates, relative to the checkout. */
export const LIBRARY = 'node_modules/circomlib/circuits';

/**
 * Compiles `circuits/statements/<name>.circom` and puts what `outputs` asks for (`--r1cs`, `--wasm`, `--sym`) into `folder`.
 * The compiler runs from the checkout: as WebAssembly it can include nothing above its working directory, and follows no
 * symbolic link out of it. Throws `SetupError` (`circuit`) with the compiler's message.
 */
export async function runCircom(
  name: string,
  level: Simplification,
  outputs: readonly string[],
  folder: string,
): Promise<CompilerReport> {
  // `-l` takes every following word that is no flag, so another flag comes after it.
  const args = [
    `circuits/statements/${name}.circom`,
    `--${level}`,
    '--inspect',
    ...outputs,
    '-l',
    LIBRARY,
    '-o',
    folder,
  ];
  // As many compilers run as there are processors: threads beside them, which collect garbage while memory grows, cost more than
  // they give (a fifth of the time).
  const compiler = ['--single-threaded', 'node_modules/circom2/cli.js'];
  const result = await tryCommand(process.execPath, [...compiler, ...args], { cwd: checkout });
  const stdout = stripVTControlCharacters(result.stdout);
  const stderr = stripVTControlCharacters(result.stderr);
  if (result.exitCode !== 0)
    throw new SetupError('circuit', `circuit ${name} does not compile at ${level}:\n${stderr.trim()}`);
  return { counts: parseCounts(name, stdout), warnings: parseWarnings(`${stdout}\n${stderr}`) };
}

/** Reads the compiler's summary; throws `SetupError` (`circuit`) where a line of it is missing. */
export function parseCounts(name: string, output: string): ConstraintCounts {
  const count = (label: string): number => {
    const line = new RegExp(`^${label}: (\\d+)`, 'm').exec(output);
    if (line === null) throw new SetupError('circuit', `the compiler's summary of circuit ${name} lacks "${label}"`);
    return Number(line[1]);
  };
  const nonLinear = count('non-linear constraints');
  return {
    constraints: nonLinear + count('linear constraints'),
    nonLinear,
    publicSignals: count('public inputs') + count('public outputs'),
    wires: count('wires'),
  };
}

/** Every warning in the compiler's output, whatever its code. */
export function parseWarnings(output: string): CompilerWarning[] {
  return [...output.matchAll(/^warning\[(\w+)\]: (.*)$/gm)].map(([, code = '', text = '']) => ({
    code,
    template: /^In template "(\w+)/.exec(text)?.[1] ?? '',
    text,
  }));
}
