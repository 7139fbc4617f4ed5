import { spawn } from 'node:child_process';
import { SetupError } from './error.ts';

/** What a command left behind: its exit code (128 + n is not used: a signal counts as 1) and all it printed, without colours. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a command runs; environment variables are added to this process's own. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end without a terminal or standard input; a program that is not there gives exit code 127. */
export async function tryCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      stderr.push(Buffer.from(error.message));
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** As {@link tryCommand}, and gives standard output; throws `SetupError` (`command`) with what the command printed when it fails. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await tryCommand(program, args, options);
  if (result.exitCode !== 0) {
    const printed = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
    throw new SetupError(
      'command',
      [`${program} ${args.join(' ')} failed (exit code ${result.exitCode})`, ...printed].join('\n'),
    );
  }
  return result.stdout;
}
