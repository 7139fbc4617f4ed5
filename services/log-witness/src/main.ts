import { ArchiveError, nativeNoteSigner } from '@assay/archive';
import { ConfigError, readSigningKey, Section } from '@assay/config';
import { HttpServer } from '@assay/http';
import { RpcError, termination } from '@assay/rpc';
import { createLogger, type Logger, startTelemetry } from '@assay/telemetry';
import { encodeWitnessKey, TlogError } from '@assay/tlog';
import { type Config, readConfig } from './config.ts';
import { Follower } from './follower.ts';
import { LogWitness } from './log-witness.ts';
import { LogWitnessError } from './log-witness-error.ts';
import { routes } from './routes.ts';
import { WitnessState } from './witness-state.ts';

const SERVICE = 'log-witness';
const DRAIN_MS = 10_000;

const logger = createLogger(SERVICE, { ownErrors: [LogWitnessError, ConfigError, ArchiveError, TlogError, RpcError] });

/** Runs until it is asked to end. */
async function run(config: Config): Promise<void> {
  const otlpEndpoint = config.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await using _telemetry = startTelemetry({ service: SERVICE, otlpEndpoint });
  const signer = nativeNoteSigner(config.name, await readSigningKey(config.keyFile));
  using state = new WitnessState(config.dir);
  const witness = new LogWitness({
    state,
    signer,
    logs: config.logs.map(({ verifierKey }) => verifierKey),
    onAlarm: (component, { kind }) => logger.error('log has two histories', { component, reason: kind }),
  });
  const ending = termination();
  const api = routes(witness, (error) => logger.error('call failed', { error }));
  const server = new HttpServer({ api, security: config.security });
  const { host, port } = await server.listen(config.listen);
  await using _follower = new Follower(witness, config.logs, config.pollSeconds, logger);
  logger.info('serving', { address: `${host}:${port}` });
  const address = `${host}:${port}`;
  console.log(JSON.stringify({ ready: true, service: SERVICE, address, verifierKey: encodeWitnessKey(signer) }));
  await ending.received;
  await server.drain(DRAIN_MS);
}

/** What kept the service from starting or running is the last line that it logs. */
async function main(log: Logger): Promise<number> {
  try {
    await run(readConfig(Section.load(process.env.ASSAY_CONFIG)));
    return 0;
  } catch (error) {
    log.error('stopped', { error });
    return 1;
  }
}

process.exitCode = await main(logger);
