import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NatsServer, type NatsServerOptions, type ReadyLine, Service } from '@assay/launch';
import { freePorts } from './free-ports.ts';
import { Supervised } from './supervised.ts';

/** Where everything listens. Known before anything but NATS is started, and unchanged when something is started again. */
export interface Addresses {
  readonly nats: { readonly url: string; readonly monitorUrl: string };
  /** `host:port` by the service's name, and by `name.port` for what it `alsoListens` to. */
  readonly services: Readonly<Record<string, string>>;
}

/** One service of a stack. */
export interface ServiceSpec {
  /** Its name, as in `services/<name>`. */
  readonly name: string;
  /** Default: `services/<name>/src/main.ts`. */
  readonly entry?: string;
  /** Names of further ports it listens to, such as `http`. */
  readonly alsoListens?: readonly string[];
  /** Its configuration: written as JSON to the file that `ASSAY_CONFIG` names. */
  readonly config: (addresses: Addresses) => unknown;
  /** Environment beside that of this process and `ASSAY_CONFIG`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Options of `startStack`. */
export interface StackOptions {
  /** Folder of the instance: `nats/` (streams) and `config/` (configurations, 0600) are made in it. */
  readonly dir: string;
  /** In the order of starting; they are drained in the reverse order, NATS last. */
  readonly services: readonly ServiceSpec[];
  readonly nats?: Pick<NatsServerOptions, 'port' | 'monitorPort' | 'binary'>;
  /** Fixed addresses by name, `host:port`. Default: free ports of 127.0.0.1. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Gets every line that NATS (`nats`) and the services write, and what the supervisor (`supervisor`) has to say. */
  readonly onLine?: (from: string, line: string) => void;
  /**
   * Keeps a terminal's Ctrl-C from the processes, which would all end at once: for whoever handles SIGINT and SIGTERM and
   * calls `stop`. Default false.
   */
  readonly ownGroups?: boolean;
  /** First wait before a crashed process is started again, in milliseconds. Default 200; doubles up to 10,000. */
  readonly firstBackoffMs?: number;
}

/** A running stack. */
export interface Stack extends AsyncDisposable {
  readonly addresses: Addresses;
  /** Resolves while `name` (a service, or `nats`) runs, else as soon as it runs again. */
  ready(name: string): Promise<void>;
  /** What a service said of itself when it last got ready. */
  said(name: string): ReadyLine;
  /** Kills `name` without warning; the supervisor starts it again. */
  crash(name: string): Promise<void>;
  /** Drains the services in order, then NATS. */
  stop(): Promise<void>;
}

/** Provers finish the proofs under way before they end. */
const STOP_PATIENCE_MS = 45_000;

type Say = (from: string, line: string) => void;

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Starts nats-server and the services, each as a process, and keeps them running. When one of them does not get ready at
 * first, those before it are stopped and the error (`LaunchError`) is passed on.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const say = options.onLine ?? (() => undefined);
  const running = new Map<string, Supervised>();
  const said = new Map<string, ReadyLine>();
  const stop = async () => {
    for (const supervised of [...running.values()].reverse()) await supervised.stop();
  };
  const supervise = async (name: string, launch: Parameters<typeof Supervised.start>[0]) => {
    const onEvent = (event: string) => say('supervisor', `${name} ${event}`);
    const backoff = { firstBackoffMs: options.firstBackoffMs ?? 200, maxBackoffMs: 10_000, healthyMs: 30_000 };
    running.set(name, await Supervised.start(launch, { ...backoff, onEvent }));
  };
  try {
    const nats = natsLauncher(options, say);
    await supervise('nats', nats.launch);
    const addresses = { nats: nats.addresses(), services: await serviceAddresses(options) };
    for (const spec of options.services) {
      const launch = serviceLauncher(options, spec, addresses, say);
      await supervise(spec.name, async () => {
        const service = await launch();
        said.set(spec.name, service.ready);
        return service;
      });
    }
    return stackOf(running, said, addresses, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function stackOf(
  running: ReadonlyMap<string, Supervised>,
  said: ReadonlyMap<string, ReadyLine>,
  addresses: Addresses,
  stop: () => Promise<void>,
): Stack {
  const find = <T>(name: string, among: ReadonlyMap<string, T>): T => {
    const found = among.get(name);
    if (found === undefined) throw new Error(`the stack runs no ${name}`);
    return found;
  };
  return {
    addresses,
    ready: (name) => find(name, running).ready,
    said: (name) => find(name, said),
    crash: (name) => find(name, running).crash(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The first launch finds ports, every later one takes the same. */
function natsLauncher(options: StackOptions, say: Say) {
  let server: NatsServer | undefined;
  const launch = async (): Promise<NatsServer> => {
    if (server === undefined) {
      const storeDir = join(options.dir, 'nats');
      server = await NatsServer.start({
        ...options.nats,
        storeDir,
        ownGroup: options.ownGroups ?? false,
        onLog: (line) => say('nats', line),
      });
    } else {
      await server.restart();
    }
    return server;
  };
  const addresses = () => {
    if (server === undefined) throw new Error('NATS was not started');
    return { url: server.url, monitorUrl: server.monitorUrl };
  };
  return { launch, addresses };
}

async function serviceAddresses({ services, addresses = {} }: StackOptions): Promise<Record<string, string>> {
  const names = services.flatMap(({ name, alsoListens = [] }) => [
    name,
    ...alsoListens.map((port) => `${name}.${port}`),
  ]);
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, i) => [name, addresses[name] ?? `127.0.0.1:${ports[i]}`]));
}

function serviceLauncher(options: StackOptions, spec: ServiceSpec, addresses: Addresses, say: Say) {
  const configDir = resolve(options.dir, 'config');
  const configFile = join(configDir, `${spec.name}.json`);
  mkdirSync(configDir, { recursive: true, mode: 0o700 });
  writeFileSync(configFile, `${JSON.stringify(spec.config(addresses), undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(configFile, 0o600);
  const entry = spec.entry ?? join(ROOT, 'services', spec.name, 'src/main.ts');
  const env = { ...process.env, ...spec.env, ASSAY_CONFIG: configFile };
  const ownGroup = options.ownGroups ?? false;
  const onLine = (line: string) => say(spec.name, line);
  return () => Service.start({ entry, env, cwd: ROOT, ownGroup, stopPatienceMs: STOP_PATIENCE_MS, onLine });
}
