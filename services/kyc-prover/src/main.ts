import { readFileSync } from 'node:fs';
import { BusError } from '@assay/bus';
import { ConfigError } from '@assay/config';
import { Groth16Error } from '@assay/groth16';
import { assertUsable, KeysError, loadManifest } from '@assay/keys';
import { OutboxError } from '@assay/outbox';
import { ed25519FileSigner, ProvingError, startEngine } from '@assay/proving';
import { RpcError, termination } from '@assay/rpc';
import { parsePublicSealingKey, parseSealingKey, SealError } from '@assay/seal';
import { CIRCUITS, REASONS_CIRCUITS } from '@assay/statements';
import { createLogger, startTelemetry } from '@assay/telemetry';
import { VerifyError } from '@assay/verify';
import { loadConfig } from './config.ts';
import { startKycProver } from './kyc-prover.ts';
import { KycProverError } from './kyc-prover-error.ts';
import { SERVICE } from './service-name.ts';

/** The circuits whose keys are loaded at the start; no other key is loaded into the provers. */
const PROVED = [...CIRCUITS.eligibility, 'decision-additive', ...CIRCUITS['manual-decision']];
/** Those that are loaded when a model first needs them, if they are there. */
const LATER = CIRCUITS.decision.filter((circuit) => !PROVED.includes(circuit));
/** Likewise, of what proves reasons. */
const REASONS = ['reasons-additive'];
const OWN_ERRORS = [
  ...[BusError, ConfigError, Groth16Error, KeysError, KycProverError, OutboxError],
  ...[ProvingError, RpcError, SealError, VerifyError],
];

const stop = termination();
const logger = createLogger(SERVICE, { ownErrors: OWN_ERRORS });
try {
  const config = loadConfig(process.env.ASSAY_CONFIG);
  const otlpEndpoint = config.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const telemetry = startTelemetry({ service: SERVICE, otlpEndpoint });

  const manifest = await loadManifest();
  assertUsable(manifest, { allowDevelopment: config.allowDevelopmentKeys });
  const common = {
    manifest,
    keysDir: config.keysDir,
    warn: () => logger.warn('there is no native proving engine and proving takes longer'),
  };
  const { engine, keys } = await startEngine({
    ...{ ...common, first: PROVED, later: LATER, proving: config.proving },
    // Decisions: applicant after applicant under one model and one policy.
    recurring: true,
  });
  // No tables for what is proved seldom: its key alone is held.
  const { engine: reasonsEngine, keys: reasonsKeys } = await startEngine({
    ...{ ...common, first: REASONS, later: REASONS_CIRCUITS.filter((circuit) => !REASONS.includes(circuit)) },
    proving: { ...config.proving, workers: 1, keyMemoryMiB: 0 },
  });
  const prover = await startKycProver(config, {
    engine,
    reasonsEngine,
    keys,
    reasonsKeys,
    signer: ed25519FileSigner(config.envelopeKeyFile),
    sealingKey: await parseSealingKey(readFileSync(config.sealingKeyFile)),
    fairnessKey: await parsePublicSealingKey(readFileSync(config.fairnessKeyFile)),
    logger,
  });
  console.log(JSON.stringify({ ready: true, service: SERVICE, address: prover.address, engine: engine.provingSystem }));
  logger.info('draining', { signal: await stop.received });
  await prover.drain();
  await engine.close();
  await reasonsEngine.close();
  await telemetry.shutdown();
} catch (error) {
  logger.error('start or end failed', { error });
  process.exitCode = 1;
  // Whatever was started already must not keep a failed service alive.
  setImmediate(() => process.exit());
}
