import { readFileSync } from 'node:fs';
import { connectBus } from '@assay/bus';
import { verifier } from '@assay/contracts';
import { createSnarkjsEngine } from '@assay/groth16';
import { assertUsable, loadArtifacts, loadManifest } from '@assay/keys';
import { ed25519FileSigner, publishOutbox, reconcile, StatementProver } from '@assay/proving';
import { createClient, RpcServer, termination } from '@assay/rpc';
import { parsePublicSealingKey, parseSealingKey, publicSealingKey } from '@assay/seal';
import { createLogger, startTelemetry } from '@assay/telemetry';
import { ApplicationStore } from './application-store.ts';
import { followArchive } from './archive-feed.ts';
import { loadConfig } from './config.ts';
import { RegistryReader } from './in-force.ts';
import { consumeJobs } from './jobs.ts';
import { KycProverError } from './kyc-prover-error.ts';
import { kycService, mapError } from './kyc-service.ts';
import { ModelStore } from './model-store.ts';
import { PublishedSets } from './published-sets.ts';

const SERVICE = 'kyc-prover';
const CALL_DEADLINE_MS = 10_000;
const DRAIN_MS = 30_000;

const config = loadConfig(process.env.ASSAY_CONFIG);
const stop = termination();
const logger = createLogger(SERVICE, { ownErrors: [KycProverError] });
const telemetry = startTelemetry({ service: SERVICE, otlpEndpoint: config.otlpEndpoint });

const manifest = await loadManifest();
assertUsable(manifest, { allowDevelopment: config.allowDevelopmentKeys });
const artifacts = await loadArtifacts({ manifest, ...(config.keysDir !== undefined && { cacheDir: config.keysDir }) });
const engine = await createSnarkjsEngine({ circuits: artifacts, ...config.proving });
const signer = ed25519FileSigner(config.envelopeKeyFile);
const sealingKey = await parseSealingKey(readFileSync(config.sealingKeyFile));
const fairnessKey = await parsePublicSealingKey(readFileSync(config.fairnessKeyFile));

const store = new ApplicationStore(config.dir);
const models = new ModelStore(store.db, store.sealed);
const bus = await connectBus({
  ...config.bus,
  name: SERVICE,
  onNotice: (notice) => logger.warn('bus notice', { component: 'bus', code: notice.kind }),
});
await bus.ensureStreams(config.bank);
const registryClient = createClient(verifier.RegistryServiceService, {
  address: config.verifier,
  security: config.security.client,
  defaultDeadlineMs: CALL_DEADLINE_MS,
});
const registry = new RegistryReader(registryClient);
const prover = new StatementProver(engine, artifacts, signer);
const sets = new PublishedSets(config.setsDir);

const relay = publishOutbox(bus, store.outbox, logger);
const reconciler = reconcile(store.outbox, logger);
const archive = await followArchive(bus, config.bank, store, logger);
const jobs = await consumeJobs(bus, { config, store, models, registry, prover, sets, sealingKey, signer, logger });
const server = new RpcServer({
  services: [
    kycService({
      store,
      models,
      registry,
      sealingKey: publicSealingKey(sealingKey),
      fairnessKey,
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
console.log(JSON.stringify({ ready: true, service: SERVICE, address: `${host}:${port}`, engine: engine.name }));

logger.info('draining', { signal: await stop.received });
await server.drain(DRAIN_MS);
await jobs.drain();
await archive.drain();
clearInterval(reconciler);
await relay.idle();
await relay.stop();
await bus.close();
await engine.close();
registryClient.close();
store.close();
await telemetry.shutdown();
