import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, connectBus, newEvent, proofSubject } from '@assay/bus';
import { formatTokenRecord, newToken } from '@assay/http';
import { type SpawnedService, spawnService, startNatsServer } from '@assay/testkit';
import { consoleFolder } from '../../tools/setup/console.ts';
import { type RecordedArchive, recordArchive, withdrawalEnvelope } from './recorded-archive.ts';

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
  readonly #configFile: string;
  readonly #bus: Bus;
  readonly #stack: AsyncDisposableStack;
  #service: SpawnedService;

  private constructor(
    recorded: RecordedArchive,
    served: Pick<ServedArchive, 'origin' | 'token'> & {
      readonly tokensFile: string;
      readonly configFile: string;
      readonly bus: Bus;
      readonly service: SpawnedService;
    },
    stack: AsyncDisposableStack,
  ) {
    this.recorded = recorded;
    this.origin = served.origin;
    this.token = served.token;
    this.trustFile = recorded.deployment.layout.trustFile;
    this.#tokensFile = served.tokensFile;
    this.#configFile = served.configFile;
    this.#bus = served.bus;
    this.#service = served.service;
    this.#stack = stack;
  }

  static async start(): Promise<ServedArchive> {
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'assay-console-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const recorded = await recordArchive(dir);
    const { bank, layout } = recorded.deployment;
    const nats = stack.use(await startNatsServer());
    const bus = stack.use(await connectBus({ servers: [nats.url], monitorUrls: [nats.monitorUrl], name: 'test' }));
    await bus.ensureStreams(bank);
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
    const service = await spawnService({ entry: MAIN, env: { ASSAY_CONFIG: configFile } });
    const address = String(service.ready.http);
    // Started again, it is where it was: a page that is open goes on.
    writeFileSync(configFile, JSON.stringify({ ...config, http: { ...config.http, listen: address } }));
    const served = new ServedArchive(
      recorded,
      { origin: `http://${address}`, token, tokensFile, configFile, bus, service },
      stack.move(),
    );
    served.#stack.defer(async () => void (await served.#service.stop()));
    return served;
  }

  /** Kills the verifier without warning. */
  async crash(): Promise<void> {
    await this.#service.kill();
  }

  /** Starts it again. */
  async restart(): Promise<void> {
    this.#service = await spawnService({ entry: MAIN, env: { ASSAY_CONFIG: this.#configFile } });
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

  /** The bank withdraws an application, over the bus, as a prover publishes. */
  async withdraw(applicantCommitment: string): Promise<void> {
    const envelope = await withdrawalEnvelope(this.recorded, BigInt(applicantCommitment));
    const data = { envelope: Buffer.from(envelope).toString('base64') };
    await this.#bus.publish(
      newEvent({
        id: crypto.randomUUID(),
        source: 'urn:assay:test',
        type: 'urn:assay:proof:v1',
        subject: proofSubject(this.recorded.deployment.bank, 'withdrawal'),
        contentType: 'application/json',
        data: new TextEncoder().encode(JSON.stringify(data)),
      }),
    );
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
