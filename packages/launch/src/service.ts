import { Child, type Exit } from './child.ts';
import { LaunchError } from './error.ts';

const READY_TIMEOUT_MS = 60_000;

/** Options of `Service.start`. */
export interface ServiceOptions {
  /** File to run with the Node of this process. */
  readonly entry: string;
  /** Environment, in full: nothing is inherited unless it is passed on here. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Out of reach of a terminal's Ctrl-C, for whoever handles that signal and stops the service. Default false. */
  readonly ownGroup?: boolean;
  /** How long it may take to get ready, or to say that it is getting on, in milliseconds. Default 60,000. */
  readonly readyTimeoutMs?: number;
  /** How long it may drain before it is killed, in milliseconds. Default 10,000. */
  readonly stopPatienceMs?: number;
  /** Gets each line of its output, the ready line excepted. */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
}

/**
 * The one line that a service writes to standard output, once it serves: `{"ready":true,"service":"...","address":
 * "127.0.0.1:PORT"}`, with more addresses under `ports` or other names. By then it handles SIGTERM: the signal may come at once. A service that
 * takes long to start writes lines with `"ready":false` before it, each of which gives it the time to get ready anew. Everything else it has to say
 * goes to standard error, as JSON lines.
 */
export interface ReadyLine {
  readonly ready: true;
  readonly service?: string;
  readonly address?: string;
  readonly ports?: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** A service as a process of its own: started, ready, and ended by SIGTERM. */
export class Service implements AsyncDisposable {
  readonly ready: ReadyLine;
  readonly #child: Child;
  readonly #stopPatienceMs: number | undefined;

  private constructor(child: Child, ready: ReadyLine, stopPatienceMs: number | undefined) {
    this.#child = child;
    this.ready = ready;
    this.#stopPatienceMs = stopPatienceMs;
  }

  /** Starts `entry` and waits for its ready line. Errors: `ENDED_EARLY` and `NOT_READY`, with the end of its output. */
  static async start(options: ServiceOptions): Promise<Service> {
    const ready = Promise.withResolvers<ReadyLine | undefined>();
    const tail: string[] = [];
    let isReady = false;
    const { entry, args = [], env = process.env, cwd, ownGroup = false } = options;
    const command = {
      file: process.execPath,
      args: [entry, ...args],
      env,
      ownGroup,
      ...(cwd === undefined ? {} : { cwd }),
    };
    const child = new Child(command, (line, from) => {
      const parsed = from === 'stdout' && !isReady ? parseReady(line) : undefined;
      if (parsed?.ready === true) {
        isReady = true;
        ready.resolve(parsed as ReadyLine);
        return;
      }
      if (parsed?.ready === false) late.refresh();
      if (tail.push(line) > 50) tail.shift();
      options.onLine?.(line, from);
    });
    const late = setTimeout(() => ready.resolve(undefined), options.readyTimeoutMs ?? READY_TIMEOUT_MS);
    void child.exited.then(() => ready.resolve(undefined));
    const line = await ready.promise;
    clearTimeout(late);
    if (line !== undefined) return new Service(child, line, options.stopPatienceMs);
    const code = child.running ? 'NOT_READY' : 'ENDED_EARLY';
    await child.end('SIGKILL');
    throw new LaunchError(code, `${entry} did not get ready:\n${tail.join('\n')}`);
  }

  /** Resolves when it has ended. */
  get exited(): Promise<Exit> {
    return this.#child.exited;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it to drain (SIGTERM) and waits; kills it when that takes longer than `stopPatienceMs`. */
  async stop(): Promise<Exit> {
    return this.#child.running ? this.#child.end('SIGTERM', this.#stopPatienceMs) : this.exited;
  }

  /** Ends it without warning, as a crash would. */
  async kill(): Promise<Exit> {
    return this.#child.end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** What a line says of readiness, if it does. */
function parseReady(line: string): { readonly ready: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'ready' in parsed ? parsed : undefined;
  } catch {
    // A line of output that is not JSON is not the ready line.
    return undefined;
  }
}
