import { connectBus } from '@assay/bus';
import { verifier } from '@assay/contracts';
import type { ProvingEngine } from '@assay/groth16';
import { type PinnedKeys, publishOutbox, reconcile, StatementProver } from '@assay/proving';
import { createClient, RpcServer } from '@assay/rpc';
import { type PublicSealingKey, publicSealingKey, type SealingKey } from '@assay/seal';
import type { Logger } from '@assay/telemetry';
import type { Signer } from '@assay/verify';
import { ApplicationStore } from './application-store.ts';
import { followArchive } from './archive-feed.ts';
import { ArchiveWord } from './archive-word.ts';
import type { Config } from './config.ts';
import { RegistryReader } from './in-force.ts';
import { InstallProgress } from './install-progress.ts';
import { consumeJobs } from './jobs.ts';
import { kycService, mapError } from './kyc-service.ts';
import { ModelStore } from './model-store.ts';
import { PublishedSets } from './published-sets.ts';
import { SERVICE } from './service-name.ts';

const CALL_DEADLINE_MS = 10_000;
const DRAIN_MS = 10_000;

/** What the service is run with, beside its configuration. */
export interface KycProverParts {
  readonly engine: ProvingEngine;
  /** Proves reasons, which are asked for seldom and do not wait for decisions. */
  readonly reasonsEngine: ProvingEngine;
  /** Of every circuit that the engine can prove. */
  readonly keys: PinnedKeys;
  /** Of every circuit that {@link reasonsEngine} can prove. */
  readonly reasonsKeys: PinnedKeys;
  readonly signer: Signer;
  readonly sealingKey: SealingKey;
  readonly fairnessKey: PublicSealingKey;
  readonly logger: Logger;
}

/** A running service. */
export interface KycProver {
  /** `host:port`. */
  readonly address: string;
  /** Takes nothing new, ends what is under way, publishes what is stored, and closes. */
  drain(): Promise<void>;
}

/** Starts consuming jobs and serving calls. */
export async function startKycProver(config: Config, parts: KycProverParts): Promise<KycProver> {
  const { engine, reasonsEngine, keys, reasonsKeys, signer, sealingKey, fairnessKey, logger } = parts;
  const store = new ApplicationStore(config.dir);
  const models = new ModelStore(store.db, store.sealed);
  const bus = await connectBus({
    ...config.bus,
    name: SERVICE,
    onNotice: ({ kind }) => logger.warn('bus notice', { component: 'bus', code: kind }),
  });
  await bus.ensureStreams(config.bank);
  const registryClient = createClient(verifier.RegistryServiceService, {
    address: config.verifier,
    security: config.security.client,
    defaultDeadlineMs: CALL_DEADLINE_MS,
  });
  const logClient = createClient(verifier.VerifierServiceService, {
    address: config.verifier,
    security: config.security.client,
    defaultDeadlineMs: CALL_DEADLINE_MS,
  });
  const registry = new RegistryReader(registryClient);
  const prover = new StatementProver(engine, keys, signer);
  const sets = new PublishedSets(config.setsDir);

  const relay = publishOutbox(bus, store.outbox, logger);
  const reconciler = reconcile(store.outbox, logger);
  const word = new ArchiveWord();
  const stop = new AbortController();
  const archive = followArchive({ bus, bank: config.bank, store, word, registry, logger, signal: stop.signal });
  archive.catch((error: unknown) => logger.error('archive feed ended', { error }));
  const jobs = await consumeJobs(bus, {
    config,
    store,
    models,
    registry,
    prover,
    sets,
    word,
    sealingKey,
    signer,
    logger,
  });
  const server = new RpcServer({
    services: [
      kycService({
        store,
        models,
        registry,
        log: logClient,
        registrations: registryClient,
        reasonsEngine,
        reasonsCircuits: new Set(Object.keys(reasonsKeys)),
        bank: config.bank,
        circuits: new Set(Object.keys(keys)),
        sealingKey: publicSealingKey(sealingKey),
        fairnessKey,
        installations: new InstallProgress(),
        envelopeKey: signer.publicKey,
      }),
    ],
    security: config.security.server,
    mapError,
    onCall: ({ path, code, reason, durationMs, error }) => {
      if (code !== 'OK') logger.warn('call failed', { method: path, code, reason, durationMs, error });
    },
  });
  const { host, port } = await server.listen(config.listen);

  const drain = async (): Promise<void> => {
    await server.drain(DRAIN_MS);
    await jobs.drain();
    stop.abort();
    await archive.catch(() => undefined); // It was logged.
    clearInterval(reconciler);
    await relay.idle();
    await relay.stop();
    await bus.close();
    registryClient.close();
    logClient.close();
    store.close();
  };
  return { address: `${host}:${port}`, drain };
}
