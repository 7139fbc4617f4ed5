import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Bus,
  connectBus,
  newEvent,
  proofSubject,
  readDeadLetter,
  type StreamRecord,
  type Subject,
} from '@assay/bus';
import { verifier } from '@assay/contracts';
import { formatTokenRecord, newToken } from '@assay/http';
import { createClient, type RpcClient } from '@assay/rpc';
import { type SpawnedService, spawnService, startNatsServer, type TestNats } from '@assay/testkit';
import type { Envelope } from '@assay/verify';
import {
  BANK,
  bodies,
  conformance,
  modelRegistration,
  registration,
  secrets,
  trustBytes,
} from '../../../packages/verify/test/world.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

/** What differs from test to test. */
export interface DeploymentOptions {
  /** Members of the configuration's `http`. */
  readonly http?: Readonly<Record<string, unknown>>;
  /** Log witnesses that it asks. */
  readonly witnesses?: readonly { readonly verifierKey: string; readonly url: string }[];
}

/** A verifier process with a nats-server, in a folder of their own; all of it is gone when it is disposed. */
export class Deployment implements AsyncDisposable {
  readonly root: string;
  readonly nats: TestNats;
  readonly bus: Bus;
  /** An examiner's token. */
  readonly token: string;
  readonly #stack: AsyncDisposableStack;
  readonly #config: Readonly<Record<string, unknown>>;
  #service: SpawnedService | undefined;

  private constructor(
    stack: AsyncDisposableStack,
    root: string,
    nats: TestNats,
    bus: Bus,
    token: string,
    config: Readonly<Record<string, unknown>>,
  ) {
    this.#stack = stack;
    this.root = root;
    this.nats = nats;
    this.bus = bus;
    this.token = token;
    this.#config = config;
  }

  /** Prepares the folder and the bus; `start` starts the verifier. */
  static async create({ http = {}, witnesses }: DeploymentOptions = {}): Promise<Deployment> {
    const stack = new AsyncDisposableStack();
    const root = mkdtempSync(join(tmpdir(), 'assay-verifier-'));
    stack.defer(() => rmSync(root, { recursive: true, force: true }));
    const nats = stack.use(await startNatsServer());
    const bus = stack.use(await connectBus({ servers: [nats.url], monitorUrls: [nats.monitorUrl], name: 'test' }));
    await bus.ensureStreams(BANK);
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'trust.json'), trustBytes);
    writeFileSync(join(root, 'log.key'), secrets.log, { mode: 0o600 });
    const { token, record } = newToken('examiner', Date.now() + 3_600_000);
    writeFileSync(join(root, 'tokens'), formatTokenRecord(record), { mode: 0o600 });
    const config = {
      dir: join(root, 'data'),
      trustFile: join(root, 'trust.json'),
      logKeyFile: join(root, 'log.key'),
      listen: '127.0.0.1:0',
      http: { listen: '127.0.0.1:0', tokensFile: join(root, 'tokens'), ...http },
      ...(witnesses && { witnesses }),
      security: { kind: 'insecure-loopback' },
      bus: { servers: [nats.url], monitorUrls: [nats.monitorUrl] },
      banks: [BANK],
      allowDevelopmentKeys: true,
      pendingRetrySeconds: 1,
    };
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
    return new Deployment(stack, root, nats, bus, token, config);
  }

  /** A verifier that runs and has everything that intakes need. */
  static async ready(env: Readonly<Record<string, string>> = {}, options: DeploymentOptions = {}): Promise<Deployment> {
    const deployment = await Deployment.create(options);
    await deployment.start(env);
    const { call } = deployment.registry();
    for (const [kind, body] of Object.entries(bodies)) {
      await call.submitRegistration({ envelope: (await registration(kind, body)).bytes });
    }
    const proof = await conformance();
    await deployment.publish(proof);
    await deployment.event(proof, 'accepted');
    await call.submitRegistration({ envelope: (await modelRegistration(proof)).bytes });
    return deployment;
  }

  get dir(): string {
    return String(this.#config.dir);
  }

  /** The directory of the log. */
  get archive(): string {
    return join(this.dir, 'archive');
  }

  get trustFile(): string {
    return join(this.root, 'trust.json');
  }

  get service(): SpawnedService {
    return this.#service!;
  }

  /** Starts the verifier, or starts it again. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
    const service = await spawnService({
      entry: MAIN,
      env: { ...env, ASSAY_CONFIG: join(this.root, 'config.json') },
    });
    this.#service = this.#stack.use(service);
    return service;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  registry(): RpcClient<typeof verifier.RegistryServiceService> {
    return this.#client(verifier.RegistryServiceService);
  }

  verifier(): RpcClient<typeof verifier.VerifierServiceService> {
    return this.#client(verifier.VerifierServiceService);
  }

  /** Requests a path over HTTP, with the examiner's token unless `token` says otherwise. */
  fetch(path: string, { token = this.token, headers, ...init }: FetchOptions = {}): Promise<Response> {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    return fetch(`http://${String(this.service.ready.http)}${path}`, {
      ...init,
      headers: { ...authorization, ...(headers as Record<string, string> | undefined) },
    });
  }

  /** Publishes an envelope as a prover does. `id` is the message id. */
  async publish(envelope: Envelope, table?: Uint8Array, id = envelope.digest): Promise<void> {
    const { predicate } = envelope;
    const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const data = { envelope: encode(envelope.bytes), ...(table && { table: encode(table) }) };
    const statement = predicate.type === 'proof' ? predicate.statement : predicate.type;
    await this.publishData(statement, new TextEncoder().encode(JSON.stringify(data)), id);
  }

  async publishData(kind: string, data: Uint8Array, id: string): Promise<void> {
    await this.bus.publish(
      newEvent({
        id,
        source: 'urn:assay:test',
        type: 'urn:assay:proof:v1',
        subject: proofSubject(BANK, kind),
        contentType: 'application/json',
        data,
      }),
    );
  }

  /** Reads the archive's events until `enough` says so; fails with the test's own time limit otherwise. */
  async events(
    enough: (events: readonly ArchiveEvent[]) => boolean,
    filter?: Subject,
  ): Promise<readonly ArchiveEvent[]> {
    const stop = new AbortController();
    const events: ArchiveEvent[] = [];
    const options = { bank: BANK, stream: 'ARCHIVE' as const, signal: stop.signal, ...(filter && { filter }) };
    for await (const record of this.bus.readStream(options)) {
      events.push(readEvent(record));
      if (enough(events)) break;
    }
    stop.abort();
    return events;
  }

  /** Reasons of the first `count` dead letters, sorted. */
  async deadLetters(count: number): Promise<readonly string[]> {
    const stop = new AbortController();
    const reasons: string[] = [];
    for await (const { event } of this.bus.readStream({ bank: BANK, stream: 'DLQ', signal: stop.signal })) {
      reasons.push(readDeadLetter(event!)!.reason);
      if (reasons.length === count) break;
    }
    stop.abort();
    return reasons.sort();
  }

  /** The event about an envelope with this result. */
  async event(envelope: Envelope, result: string): Promise<ArchiveEvent> {
    const holds = (event: ArchiveEvent): boolean => event.digest === envelope.digest && event.result === result;
    return (await this.events((events) => events.some(holds))).find(holds)!;
  }

  #client<S extends Parameters<typeof createClient>[0]>(service: S): RpcClient<S> {
    const client = createClient(service, {
      address: String(this.service.ready.address),
      security: { kind: 'insecure-loopback' },
      defaultDeadlineMs: 20_000,
    });
    this.#stack.use(client);
    return client as unknown as RpcClient<S>;
  }
}

/** As `fetch` has them; a `token` of null is none. */
export type FetchOptions = RequestInit & { readonly token?: string | null };

/** What the verifier says of an envelope, with the id of its message. */
export interface ArchiveEvent {
  readonly id: string;
  readonly v: number;
  readonly result: string;
  readonly digest: string;
  readonly index?: number;
  readonly statement?: string;
  readonly kind?: string;
  readonly bank: string;
  readonly scope?: string;
  readonly code?: string;
  readonly receivedAt: string;
  readonly registryHead?: string;
  readonly slot?: number;
  readonly subject?: string;
}

function readEvent({ event }: StreamRecord): ArchiveEvent {
  const data = JSON.parse(new TextDecoder().decode(event!.data)) as Omit<ArchiveEvent, 'id'>;
  return { ...data, id: event!.id };
}
