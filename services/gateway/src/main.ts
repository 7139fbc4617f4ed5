import { BusError } from '@assay/bus';
import { ConfigError } from '@assay/config';
import { OutboxError } from '@assay/outbox';
import { RpcError, termination } from '@assay/rpc';
import { SealError } from '@assay/seal';
import { createLogger, startTelemetry } from '@assay/telemetry';
import { VerifyError } from '@assay/verify';
import { loadConfig } from './config.ts';
import { SERVICE, startGateway } from './gateway.ts';

const stop = termination();
const ownErrors = [BusError, ConfigError, OutboxError, RpcError, SealError, VerifyError];
const logger = createLogger(SERVICE, { ownErrors });
try {
  const config = loadConfig(process.env.ASSAY_CONFIG);
  const otlpEndpoint = config.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const telemetry = startTelemetry({ service: SERVICE, otlpEndpoint });
  const gateway = await startGateway(config, logger);
  console.log(JSON.stringify({ ready: true, service: SERVICE, address: gateway.address }));
  logger.info('draining', { signal: await stop.received });
  await gateway.drain();
  await telemetry.shutdown();
} catch (error) {
  logger.error('start or end failed', { error });
  process.exitCode = 1;
  // Whatever was started already must not keep a failed service alive.
  setImmediate(() => process.exit());
}
