import { readFileSync } from 'node:fs';
import { BusError } from '@assay/bus';
import { ConfigError } from '@assay/config';
import { Groth16Error } from '@assay/groth16';
import { assertUsable, KeysError, loadManifest } from '@assay/keys';
import { OutboxError } from '@assay/outbox';
import { ed25519FileSigner, ProvingError, startEngine } from '@assay/proving';
import { RpcError, termination } from '@assay/rpc';
import { parseSealingKey, SealError } from '@assay/seal';
import { CIRCUITS, StatementError } from '@assay/statements';
import { createLogger, startTelemetry } from '@assay/telemetry';
import { VerifyError } from '@assay/verify';
import { loadConfig } from './config.ts';
import { startFairnessProver } from './fairness-prover.ts';
import { OperationFailure } from './operation-failure.ts';
import { SERVICE } from './operation-runner.ts';

/** The circuits whose keys are loaded at the start; no other key is loaded into the provers. */
const PROVED = ['conformance-additive', ...CIRCUITS.fairness];
/** Those that are loaded when a model first needs them, if they are there. */
const LATER = CIRCUITS.conformance.filter((circuit) => !PROVED.includes(circuit));
const OWN_ERRORS = [
  ...[BusError, ConfigError, Groth16Error, KeysError, OperationFailure, OutboxError],
  ...[ProvingError, RpcError, SealError, StatementError, VerifyError],
];

const stop = termination();
const logger = createLogger(SERVICE, { ownErrors: OWN_ERRORS });
try {
  const config = loadConfig(process.env.ASSAY_CONFIG);
  const otlpEndpoint = config.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const telemetry = startTelemetry({ service: SERVICE, otlpEndpoint });

  const manifest = await loadManifest();
  assertUsable(manifest, { allowDevelopment: config.allowDevelopmentKeys });
  const { engine, keys } = await startEngine({
    ...{ manifest, keysDir: config.keysDir, first: PROVED, later: LATER, proving: config.proving },
    warn: () => logger.warn('there is no native proving engine and proving takes longer'),
  });
  const signer = ed25519FileSigner(config.envelopeKeyFile);
  const sealingKey = await parseSealingKey(readFileSync(config.sealingKeyFile));

  const prover = await startFairnessProver(config, { engine, keys, sealingKey, signer, logger });
  console.log(JSON.stringify({ ready: true, service: SERVICE, address: prover.address, engine: engine.provingSystem }));
  logger.info('draining', { signal: await stop.received });
  await prover.drain();
  await engine.close();
  await telemetry.shutdown();
} catch (error) {
  logger.error('start or end failed', { error });
  process.exitCode = 1;
  // Whatever was started already must not keep a failed service alive.
  setImmediate(() => process.exit());
}
