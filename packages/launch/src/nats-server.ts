import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { LaunchError } from './error.ts';
import { findNatsServer } from './nats-binary.ts';

/** The configuration that every Assay instance uses. */
export const NATS_CONFIG = fileURLToPath(new URL('../../../infra/nats/nats.conf', import.meta.url));

const READY_TIMEOUT_MS = 15_000;

/** Options of `NatsServer.start`. */
export interface NatsServerOptions {
  /** Folder of the streams; it outlives the server. */
  readonly storeDir: string;
  /** Default: found by `findNatsServer`. */
  readonly binary?: string;
  /** Default: `NATS_CONFIG`. */
  readonly config?: string;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Port for clients. Default: any free one. */
  readonly port?: number;
  /** Port for monitoring. Default: any free one. */
  readonly monitorPort?: number;
  /** Out of reach of a terminal's Ctrl-C, for whoever handles that signal and stops the server. Default false. */
  readonly ownGroup?: boolean;
  /** Gets the server's log. Default: dropped. */
  readonly onLog?: (line: string) => void;
}

interface Ports {
  readonly url: string;
  readonly monitorUrl: string;
}

/** A nats-server process. Its addresses stay the same across `kill` and `restart`. */
export class NatsServer implements AsyncDisposable {
  /** Address for clients, `nats://host:port`. */
  readonly url: string;
  /** Address of its monitoring, `http://host:port`. */
  readonly monitorUrl: string;
  readonly #options: NatsServerOptions;
  #child: Child;

  private constructor(options: NatsServerOptions, ports: Ports, child: Child) {
    this.#options = { ...options, port: portOf(ports.url), monitorPort: portOf(ports.monitorUrl) };
    this.url = ports.url;
    this.monitorUrl = ports.monitorUrl;
    this.#child = child;
  }

  /** Starts a server and waits until it takes connections. Errors: `NATS_SERVER_MISSING`, `NOT_READY`, `ENDED_EARLY`. */
  static async start(options: NatsServerOptions): Promise<NatsServer> {
    const { child, ports } = await launch(options);
    return new NatsServer(options, ports, child);
  }

  /** Resolves when the present process ends, for whatever reason. */
  get exited(): Promise<unknown> {
    return this.#child.exited;
  }

  /** Ends it without warning, as a crash would. */
  async kill(): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  /** Starts it again on the same ports and store. Errors as `start`. */
  async restart(): Promise<void> {
    this.#child = (await launch(this.#options)).child;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    if (this.#child.running) await this.#child.end('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function launch(options: NatsServerOptions): Promise<{ child: Child; ports: Ports }> {
  const portsDir = mkdtempSync(join(tmpdir(), 'assay-nats-'));
  const log: string[] = [];
  const onLine = (line: string) => {
    options.onLog?.(line);
    if (log.push(line) > 50) log.shift();
  };
  const written = Promise.withResolvers<Ports | undefined>();
  // Watched before the server starts: it may write the file before this process runs again.
  const watcher = watch(portsDir, () => {
    const ports = readPorts(portsDir);
    if (ports !== undefined) written.resolve(ports);
  });
  const late = setTimeout(() => written.resolve(undefined), READY_TIMEOUT_MS);
  try {
    mkdirSync(options.storeDir, { recursive: true });
    const { binary = findNatsServer(), ownGroup = false } = options;
    const child = new Child({ file: binary, args: natsArguments(options, portsDir), ownGroup }, onLine);
    void child.exited.then(() => written.resolve(undefined));
    const ports = await written.promise;
    if (ports !== undefined) return { child, ports };
    const code = child.running ? 'NOT_READY' : 'ENDED_EARLY';
    await child.end('SIGKILL');
    throw new LaunchError(code, `nats-server did not get ready:\n${log.join('\n')}`);
  } finally {
    clearTimeout(late);
    watcher.close();
    rmSync(portsDir, { recursive: true, force: true });
  }
}

function natsArguments(options: NatsServerOptions, portsDir: string): string[] {
  return [
    ...['--config', options.config ?? NATS_CONFIG, '--store_dir', options.storeDir],
    ...['--addr', options.host ?? '127.0.0.1', '--port', String(options.port ?? -1)],
    ...['--http_port', String(options.monitorPort ?? -1), '--ports_file_dir', portsDir],
  ];
}

/** Reads the file into which the server writes its addresses once it listens. */
function readPorts(dir: string): Ports | undefined {
  const [file] = readdirSync(dir);
  return file === undefined ? undefined : parsePorts(readFileSync(join(dir, file), 'utf8'));
}

/** `undefined` while the file is not written completely. */
function parsePorts(text: string): Ports | undefined {
  if (!text.endsWith('}')) return undefined;
  const { nats, monitoring } = JSON.parse(text) as { nats?: string[]; monitoring?: string[] };
  const [url, monitorUrl] = [nats?.[0], monitoring?.[0]];
  return url === undefined || monitorUrl === undefined ? undefined : { url, monitorUrl };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
