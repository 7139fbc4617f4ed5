import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';

/** Takes what a command prints, line by line: results, and what went wrong. */
export interface Output {
  print(line: string): void;
  complain(line: string): void;
}

/** One command of `assay`. */
export interface Command {
  /** What follows the command's name, for the usage line. */
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[], output: Output): Promise<void>;
}

/** Options of a command: every one takes a value, but the flags. */
export function readOptions(
  args: readonly string[],
  names: readonly string[],
  flags: readonly string[] = [],
): { positionals: string[]; values: Partial<Record<string, string>>; flags: Set<string> } {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' as const }]),
    ...flags.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const strings = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const set = Object.entries(values).filter(([, value]) => value === true);
    return { positionals, values: Object.fromEntries(strings), flags: new Set(set.map(([name]) => name)) };
  } catch (cause) {
    throw new CliError('USAGE', cause instanceof Error ? cause.message : 'unreadable arguments', { cause });
  }
}
