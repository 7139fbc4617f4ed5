import { connectBus } from '@assay/bus';
import { publishOutbox } from '@assay/proving';
import { RpcServer } from '@assay/rpc';
import type { Logger } from '@assay/telemetry';
import { ApplicationStore } from './application-store.ts';
import { Applications } from './applications.ts';
import { followArchive } from './archive-feed.ts';
import { Changes } from './changes.ts';
import { closeClients, createClients } from './clients.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { followDeadLetters } from './dead-letter-feed.ts';
import { EventStore } from './event-store.ts';
import { gatewayService } from './gateway-service.ts';
import { OperationRunner } from './operation-runner.ts';
import { OperationStore } from './operation-store.ts';
import { ProgressBoard } from './progress-board.ts';
import { ProverKeys } from './prover-keys.ts';
import { pollProver } from './prover-poll.ts';
import { ProverSync } from './prover-sync.ts';
import { RequestLedger } from './request-ledger.ts';
import { ScopeReader } from './scope-rules.ts';
import { WindowReader } from './window-reader.ts';
import { watchWindows } from './window-watch.ts';

/** The service's name in events, logs and traces. */
export const SERVICE = 'gateway';

/** A running gateway. */
export interface Gateway {
  /** `host:port`. */
  readonly address: string;
  /** Ends streams, lets calls and publications finish within a bound, closes. */
  drain(): Promise<void>;
}

/** Times that tests shorten, in milliseconds. */
export interface Pace {
  /** Between rounds of asking the prover. */
  readonly pollMs?: number;
  /** Between looks at the windows. */
  readonly windowsMs?: number;
  /** Silence after which a subscription hears a heartbeat. */
  readonly heartbeatMs?: number;
}

const DRAIN_MS = 15_000;
const UPKEEP_MS = 60_000;
/** A job that the prover has not taken up for so long is published again: it may be lost. Longer than a queue should be. */
const LOST_JOB_MS = 60 * 60_000;

/** Starts the service: what was unfinished when it last ended is taken up. Errors as `connectBus`, `Bus.ensureStreams`, `RpcServer.listen`. */
export async function startGateway(config: Config, logger: Logger, pace: Pace = {}): Promise<Gateway> {
  const { bank, maxInFlight, security } = config;
  const bus = await connectBus({
    ...config.bus,
    name: SERVICE,
    onNotice: (notice) =>
      logger.warn('bus notice', {
        component: 'bus',
        code: notice.kind,
        error: 'error' in notice ? notice.error : undefined,
      }),
  });
  await bus.ensureStreams(bank);
  const clients = createClients(config);
  const database = openDatabase(config.dir);
  const changes = new Changes();
  const store = new ApplicationStore(database);
  const events = new EventStore(database);
  const operations = new OperationStore(database);
  const board = new ProgressBoard();
  const requests = new RequestLedger(database);
  const keys = new ProverKeys(clients);
  const scopes = new ScopeReader(clients.registry);
  const windows = new WindowReader(clients.verifier, bank);
  const sync = new ProverSync({ database, store, changes, kyc: clients.kyc });
  const runner = new OperationRunner({ operations, board, clients, keys, changes, bank, logger });
  const applications = new Applications({
    ...{ database, store, requests, keys, scopes, changes, bank, maxInFlight },
    kyc: clients.kyc,
  });

  const { heartbeatMs, pollMs, windowsMs } = pace;
  const service = { applications, database, operations, board, requests, runner, windows, events, changes, bank };
  const server = new RpcServer({
    services: [gatewayService({ ...service, ...(heartbeatMs !== undefined && { heartbeatMs }) })],
    security: security.server,
    onCall: ({ path, code, reason, durationMs, error }) => {
      // Whoever ends a stream cancels it.
      const level = code === 'CANCELLED' ? 'debug' : 'warn';
      if (code !== 'OK') logger[level]('call failed', { method: path, code, reason, durationMs, error });
    },
  });
  const { host, port } = await server.listen(config.listen);

  const stop = new AbortController();
  const { signal } = stop;
  const relay = publishOutbox(bus, database.outbox, logger);
  const upkeep = setInterval(() => {
    database.outbox.republishUnarchived(LOST_JOB_MS);
    database.outbox.prune(0);
  }, UPKEEP_MS);
  const loops = [
    followArchive({ bus, bank, database, store, events, sync, changes, logger, signal }),
    followDeadLetters({ bus, bank, database, store, changes, logger, signal }),
    pollProver({ store, sync, changes, logger, signal, ...(pollMs !== undefined && { intervalMs: pollMs }) }),
    watchWindows({
      ...{ database, windows, events, changes, logger, signal },
      ...(windowsMs !== undefined && { intervalMs: windowsMs }),
    }),
  ];
  for (const loop of loops) loop.catch((error: unknown) => logger.error('loop ended', { error }));
  runner.wake();

  const drain = async (): Promise<void> => {
    await server.drain(DRAIN_MS);
    clearInterval(upkeep);
    stop.abort();
    await Promise.allSettled(loops); // What failed was logged.
    await runner.stop();
    await relay.idle();
    await relay.stop();
    await bus.close();
    closeClients(clients);
    database.db.close();
  };
  return { address: `${host}:${port}`, drain };
}
