import { connectBus } from '@assay/bus';
import { verifier } from '@assay/contracts';
import type { ProvingEngine } from '@assay/groth16';
import { type PinnedKeys, publishOutbox, StatementProver } from '@assay/proving';
import { createClient, RpcServer } from '@assay/rpc';
import type { SealingKey } from '@assay/seal';
import type { Logger } from '@assay/telemetry';
import type { Signer } from '@assay/verify';
import { followArchive } from './archive-feed.ts';
import type { Config } from './config.ts';
import { fairnessProverService, mapError } from './fairness-prover-service.ts';
import { OperationRunner, SERVICE } from './operation-runner.ts';
import { OperationStore } from './operation-store.ts';
import { reconcile } from './reconciler.ts';

/** Keys and the engine, loaded. */
export interface Equipment {
  readonly engine: ProvingEngine;
  /** Of every circuit that the engine can prove. */
  readonly keys: PinnedKeys;
  readonly sealingKey: SealingKey;
  readonly signer: Signer;
  readonly logger: Logger;
}

/** A running fairness prover. */
export interface FairnessProver {
  /** `host:port`. */
  readonly address: string;
  /** Ends calls, running proofs and publications, within a bound; what is queued goes on at the next start. */
  drain(): Promise<void>;
}

const CALL_DEADLINE_MS = 10_000;
const DRAIN_MS = 30_000;
const RECONCILE_MS = 30_000;
/** Envelopes are kept so long after the archive has confirmed them. */
const KEEP_ARCHIVED_MS = 24 * 3_600_000;

/** Starts the service: what was queued when it last ended is taken up. Errors as `connectBus`, `Bus.ensureStreams`, `RpcServer.listen`. */
export async function startFairnessProver(config: Config, equipment: Equipment): Promise<FairnessProver> {
  const { bank, proving, security } = config;
  const { engine, keys, sealingKey, signer, logger } = equipment;
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
  const clientOptions = { address: config.verifier, security: security.client, defaultDeadlineMs: CALL_DEADLINE_MS };
  const archive = createClient(verifier.VerifierServiceService, clientOptions);
  const registry = createClient(verifier.RegistryServiceService, clientOptions);

  const store = new OperationStore(config.dir);
  const { workers, queueLimit } = proving;
  const prover = new StatementProver(engine, keys, signer);
  const runner = new OperationRunner({ store, prover, verifier: archive, registry, sealingKey, bank, workers, logger });
  const relay = publishOutbox(bus, store.outbox, logger);
  const stop = new AbortController();
  const feed = followArchive({ bus, bank, store, logger, signal: stop.signal });
  feed.catch((error: unknown) => logger.error('archive feed ended', { error }));
  const reconciler = setInterval(() => {
    store.outbox.prune(KEEP_ARCHIVED_MS);
    reconcile(store, archive, logger).catch((error: unknown) => logger.warn('reconciliation failed', { error }));
  }, RECONCILE_MS);

  const envelopeKey = signer.publicKey;
  const context = { store, runner, bank, sealingKey, envelopeKey, queueLimit: queueLimit + workers };
  const server = new RpcServer({
    services: [fairnessProverService(context)],
    security: security.server,
    mapError,
    onCall: ({ path, code, reason, durationMs, error }) => {
      if (code !== 'OK') logger.warn('call failed', { method: path, code, reason, durationMs, error });
    },
  });
  const { host, port } = await server.listen(config.listen);
  runner.wake();

  const drain = async (): Promise<void> => {
    await server.drain(DRAIN_MS);
    clearInterval(reconciler);
    await runner.stop();
    await relay.idle();
    await relay.stop();
    stop.abort();
    await feed.catch(() => undefined); // It was logged.
    await bus.close();
    archive.close();
    registry.close();
    store.close();
  };
  return { address: `${host}:${port}`, drain };
}
