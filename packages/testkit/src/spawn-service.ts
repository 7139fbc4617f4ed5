import { type Exit, type ReadyLine, Service, type ServiceOptions } from '@assay/launch';

/** Options of `spawnService`: the file to run and its environment beyond that of the test. */
export interface SpawnOptions {
  readonly entry: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly readyTimeoutMs?: number;
}

/** A Node process under test that keeps everything it writes. */
export interface SpawnedService extends AsyncDisposable {
  /** Its ready line. */
  readonly ready: ReadyLine;
  readonly exited: Promise<Exit>;
  /** All it wrote so far to both outputs, the ready line excepted. */
  output(): string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<Exit>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<Exit>;
}

/**
 * Starts a Node process, waits for its ready line (`{"ready":true,...}`, the first JSON object on standard output that
 * says so) and captures its output, for searching canaries. Errors: `LaunchError` with `ENDED_EARLY` or `NOT_READY`.
 */
export async function spawnService(options: SpawnOptions): Promise<SpawnedService> {
  const lines: string[] = [];
  const { env, ...rest } = options;
  const serviceOptions: ServiceOptions = {
    ...rest,
    env: { ...process.env, ...env },
    onLine: (line) => void lines.push(line),
  };
  const service = await Service.start(serviceOptions);
  return {
    ready: service.ready,
    exited: service.exited,
    output: () => lines.join('\n'),
    stop: () => service.stop(),
    kill: () => service.kill(),
    [Symbol.asyncDispose]: async () => void (await service.stop()),
  };
}
