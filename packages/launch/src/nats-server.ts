import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, watch } from 'node:fs/promises';
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
  try {
    await mkdir(options.storeDir, { recursive: true });
    const args = natsArguments(options, portsDir);
    const ready = new AbortController();
    const child = new Child({ file: options.binary ?? findNatsServer(), args }, onLine);
    void child.exited.then(() => ready.abort());
    const ports = await readPorts(portsDir, AbortSignal.any([ready.signal, AbortSignal.timeout(READY_TIMEOUT_MS)]));
    if (ports !== undefined) return { child, ports };
    if (child.running) await child.end('SIGKILL');
    const code = ready.signal.aborted ? 'ENDED_EARLY' : 'NOT_READY';
    throw new LaunchError(code, `nats-server did not get ready:\n${log.join('\n')}`);
  } finally {
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

/** Waits for the file into which the server writes its addresses once it listens; `undefined` when `signal` aborts. */
async function readPorts(dir: string, signal: AbortSignal): Promise<Ports | undefined> {
  try {
    for await (const { filename } of watch(dir, { signal })) {
      const ports = filename === null ? undefined : parsePorts(readFileSync(join(dir, filename), 'utf8'));
      if (ports !== undefined) return ports;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
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
