import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTokenRecord, newToken } from '@assay/http';
import { spawnService, startNatsServer } from '@assay/testkit';
import { consoleFolder } from '../../tools/setup/console.ts';
import { type RecordedArchive, recordArchive } from './recorded-archive.ts';

const MAIN = new URL('../../services/verifier/src/main.ts', import.meta.url).pathname;
const HOUR_MS = 3_600_000;

/** A verifier process over a recorded archive, with the built console; all of it is gone when it is disposed. */
export class ServedArchive implements AsyncDisposable {
  readonly recorded: RecordedArchive;
  /** Where the console is: `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly trustFile: string;
  /** A token that holds. */
  readonly token: string;
  readonly #tokensFile: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    recorded: RecordedArchive,
    served: Pick<ServedArchive, 'origin' | 'token'> & { readonly tokensFile: string },
    stack: AsyncDisposableStack,
  ) {
    this.recorded = recorded;
    this.origin = served.origin;
    this.token = served.token;
    this.trustFile = recorded.deployment.layout.trustFile;
    this.#tokensFile = served.tokensFile;
    this.#stack = stack;
  }

  static async start(): Promise<ServedArchive> {
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'assay-console-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const recorded = await recordArchive(dir);
    const { bank, layout } = recorded.deployment;
    const nats = stack.use(await startNatsServer());
    const tokensFile = join(dir, 'tokens');
    const token = writeToken(tokensFile);
    const config = {
      dir: layout.state.verifier,
      trustFile: layout.trustFile,
      logKeyFile: layout.regulator.logKey,
      listen: '127.0.0.1:0',
      security: { kind: 'insecure-loopback' },
      http: { listen: '127.0.0.1:0', tokensFile, consoleDir: consoleFolder() },
      bus: { servers: [nats.url], monitorUrls: [nats.monitorUrl] },
      banks: [bank],
      allowDevelopmentKeys: true,
      pendingRetrySeconds: 1,
    };
    const configFile = join(dir, 'verifier.json');
    writeFileSync(configFile, JSON.stringify(config));
    const service = stack.use(await spawnService({ entry: MAIN, env: { ASSAY_CONFIG: configFile } }));
    const origin = `http://${String(service.ready.http)}`;
    return new ServedArchive(recorded, { origin, token, tokensFile }, stack.move());
  }

  /** A token that takes the place of all that were issued before. */
  replaceTokens(): string {
    return writeToken(this.#tokensFile);
  }

  /** JSON as the interface gives it to the examiner. */
  async json<T>(path: string): Promise<T> {
    return (await (await this.#get(path)).json()) as T;
  }

  /** The stored bytes of an envelope. */
  async envelope(digest: string): Promise<Buffer> {
    return Buffer.from(await (await this.#get(`/v1/statements/${digest}/envelope`)).arrayBuffer());
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(`${this.origin}${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

function writeToken(file: string): string {
  const { token, record } = newToken('examiner', Date.now() + HOUR_MS);
  writeFileSync(file, formatTokenRecord(record), { mode: 0o600 });
  return token;
}
