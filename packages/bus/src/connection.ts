import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  type Authenticator,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { BusError } from './error.ts';
import { Gate } from './gate.ts';
import type { NoticeSink } from './notice.ts';
import type { BusOptions, Credentials } from './options.ts';
import { backoff, pause } from './pause.ts';
import { checkMonitorUrl, requireSyncAlways } from './sync-check.ts';

/**
 * One connection to NATS, reconnecting for ever. Whoever uses it waits at `ready` first: the gate is shut while there is
 * no server, and until a server found anew has shown that it syncs before it acknowledges.
 */
export class Connection {
  readonly nats: NatsConnection;
  readonly jetStream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly notify: NoticeSink;
  readonly replicas: number;
  readonly ready = new Gate();
  readonly #closing = new AbortController();
  readonly #interrupts = new Set<() => void>();
  readonly #checkServer: () => Promise<void>;
  /** How often the connection broke: what was found out of a server counts until then. */
  #breaks = 0;

  private constructor(
    nats: NatsConnection,
    manager: JetStreamManager,
    options: BusOptions,
    check: () => Promise<void>,
  ) {
    this.nats = nats;
    this.manager = manager;
    this.jetStream = jetstream(nats);
    this.notify = options.onNotice ?? (() => undefined);
    this.replicas = options.replicas ?? 1;
    this.#checkServer = check;
    this.ready.open();
    void this.#watch();
  }

  /** Connects and checks the server. Errors: `BAD_OPTIONS`, `CONNECT_FAILED`, `UNSYNCED_SERVER`, `SYNC_UNKNOWN`. */
  static async open(options: BusOptions): Promise<Connection> {
    const monitorUrls = (options.monitorUrls ?? []).map(checkMonitorUrl);
    if (options.servers.length === 0) throw new BusError('BAD_OPTIONS', 'servers names no server');
    const nats = await dial(options);
    const check = async () => {
      if (options.requireSyncAlways ?? true) await requireSyncAlways(nats.info?.server_id ?? '', monitorUrls);
    };
    try {
      await check();
      return new Connection(nats, await openJetStream(nats), options, check);
    } catch (error) {
      await nats.close();
      throw error;
    }
  }

  /** Aborted once closing begins. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Calls `callback` whenever the connection breaks, until the returned function is called. */
  onInterrupt(callback: () => void): () => void {
    this.#interrupts.add(callback);
    return () => this.#interrupts.delete(callback);
  }

  /** Whether the connection can be used now: nobody has to wait, nor to say for how long. */
  get isReady(): boolean {
    return this.ready.isOpen && !this.closing.aborted;
  }

  /** Waits until the connection can be used; `CLOSED` when it never will be again. */
  async whenReady(signal: AbortSignal): Promise<void> {
    const passed = await this.ready.passed(AbortSignal.any([signal, this.closing]));
    if (!passed && this.closing.aborted) throw new BusError('CLOSED', 'the bus is closed');
  }

  /** Waits for an answer of the server, but not after the connection broke: the answer would never come. */
  async answer<T>(request: Promise<T>): Promise<T> {
    const broken = Promise.withResolvers<never>();
    const forget = this.onInterrupt(() => broken.reject(new Error('the connection broke while an answer was awaited')));
    try {
      return await Promise.race([request, broken.promise]);
    } finally {
      forget();
    }
  }

  /** Sends what is buffered, then closes. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (!this.nats.isClosed()) await this.nats.drain();
  }

  async #watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect') this.#interrupted();
      if (status.type === 'reconnect') void this.#reconnected();
    }
    this.#closing.abort();
    this.#interrupted();
  }

  #interrupted(): void {
    this.#breaks += 1;
    this.ready.shut();
    if (!this.closing.aborted) this.notify({ kind: 'disconnected' });
    for (const interrupt of [...this.#interrupts]) interrupt();
  }

  async #reconnected(): Promise<void> {
    const breaks = this.#breaks;
    const isOver = (): boolean => this.closing.aborted || this.#breaks !== breaks;
    for (let attempt = 1; !isOver(); attempt += 1) {
      try {
        await this.#checkServer();
        if (isOver()) return;
        this.ready.open();
        this.notify({ kind: 'reconnected' });
        return;
      } catch (error) {
        this.notify({ kind: 'server-refused', error });
        await pause(backoff(attempt, 100, 5_000), this.closing);
      }
    }
  }
}

async function dial(options: BusOptions): Promise<NatsConnection> {
  const timeout = options.connectTimeoutMs ?? 5_000;
  try {
    return await connect({
      servers: [...options.servers],
      name: options.name,
      timeout,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
      reconnectJitter: 100,
      pingInterval: 20_000,
      ignoreAuthErrorAbort: true,
      // A stack for every request, in case it fails, costs more than the request.
      noAsyncTraces: true,
      ...(options.credentials === undefined ? {} : { authenticator: authenticator(options.credentials) }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
  } catch (error) {
    throw new BusError('CONNECT_FAILED', 'no NATS server could be reached, or it refused the credentials', {
      cause: error,
    });
  }
}

async function openJetStream(nats: NatsConnection): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(nats);
  } catch (error) {
    throw new BusError('CONNECT_FAILED', 'the NATS server offers no JetStream to this account', { cause: error });
  }
}

function authenticator(credentials: Credentials): Authenticator {
  switch (credentials.kind) {
    case 'user':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
    case 'token':
      return tokenAuthenticator(credentials.token);
    case 'nkey':
      return nkeyAuthenticator(credentials.seed);
    case 'creds':
      return credsAuthenticator(credentials.contents);
  }
}
