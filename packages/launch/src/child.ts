import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to run. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** In a process group of its own, so that a terminal's Ctrl-C does not reach it. Default false. */
  readonly ownGroup?: boolean;
}

/** A child process, with its output line by line. When this process exits, it is told to end (SIGTERM). */
export class Child {
  readonly #process: ChildProcess;
  /** Resolves when it has ended and its output is read. */
  readonly exited: Promise<Exit>;

  /** Starts `command`; `onLine` gets each line of its output as it comes. */
  constructor(command: Command, onLine: (line: string, from: 'stdout' | 'stderr') => void) {
    const { file, args, env = process.env, cwd, ownGroup = false } = command;
    const options = {
      env,
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    };
    const child = spawn(file, [...args], options);
    this.#process = child;
    // Not SIGKILL: it may have children of its own to end.
    const lost = () => child.kill('SIGTERM');
    process.once('exit', lost);
    eachLine(child.stdout, (line) => onLine(line, 'stdout'));
    eachLine(child.stderr, (line) => onLine(line, 'stderr'));
    this.exited = ended(child).finally(() => process.removeListener('exit', lost));
  }

  /** The process id; `undefined` when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** True until it has ended. */
  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined;
  }

  /** Sends a signal and waits for the end; after `patienceMs` (default 10,000) kills it. */
  async end(signal: NodeJS.Signals, patienceMs = 10_000): Promise<Exit> {
    this.#process.kill(signal);
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(impatience);
    }
  }
}

async function ended(child: ChildProcess): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    // It could not be started at all: the shell's code for that.
    return { code: 127, signal: null };
  }
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
