import { readFile } from 'node:fs/promises';
import { ArchiveError, nativeNoteSigner } from '@assay/archive';
import { BusError, connectBus } from '@assay/bus';
import { ConfigError, readSigningKey, Section } from '@assay/config';
import { Groth16Error } from '@assay/groth16';
import { RpcError, RpcServer, termination } from '@assay/rpc';
import { createLogger, type Logger, startTelemetry } from '@assay/telemetry';
import { VerifyError } from '@assay/verify';
import { Announcer } from './announcer.ts';
import { Archivist } from './archivist.ts';
import { type Config, readConfig } from './config.ts';
import { Cosigner } from './cosigner.ts';
import type { HttpConfig } from './http/http-config.ts';
import { HttpFront } from './http/http-front.ts';
import { loadTrust } from './load-trust.ts';
import { logNotice } from './log-notice.ts';
import { consumeProofs } from './proof-feed.ts';
import { registryService } from './registry-service.ts';
import { Upkeep } from './upkeep.ts';
import { VerifierError } from './verifier-error.ts';
import { verifierService } from './verifier-service.ts';

const SERVICE = 'verifier';
const DRAIN_MS = 10_000;
const DEFAULT_DEADLINE_MS = 10_000;

const logger = createLogger(SERVICE, {
  ownErrors: [VerifierError, ConfigError, VerifyError, ArchiveError, BusError, RpcError, Groth16Error],
});

/** Runs until it is asked to end, or can archive no more. Gives the process's exit status. */
async function run(config: Config): Promise<number> {
  const otlpEndpoint = config.otlpEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await using _telemetry = startTelemetry({ service: SERVICE, otlpEndpoint });
  const trust = await loadTrust(config);
  const signer = nativeNoteSigner(trust.log.origin, await readSigningKey(config.logKeyFile));
  const { dir, retention, pruneAtStart } = config;
  const onProgress = (entries: number, of: number): void =>
    console.log(JSON.stringify({ ready: false, service: SERVICE, entries, of }));
  const archivist = await Archivist.open({ dir, trust, signer, retention, pruneAtStart, onProgress });
  try {
    return await serve(config, archivist);
  } finally {
    await archivist.close();
  }
}

async function serve(config: Config, archivist: Archivist): Promise<number> {
  await using bus = await connectBus({ ...config.bus, name: SERVICE, onNotice: logNotice(logger) });
  for (const bank of config.banks) await bus.ensureStreams(bank);
  const announcer = new Announcer(archivist, config.banks, (event, context) => bus.publish(event, { context }));
  await using _cosigner = new Cosigner(archivist, config.witnesses, logger);
  using upkeep = new Upkeep(archivist, announcer, config, logger);
  const server = new RpcServer({
    services: [verifierService(archivist), registryService(archivist, () => upkeep.announce())],
    security: config.security,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    onCall: ({ path, code, reason, durationMs, error }) => {
      if (code === 'INTERNAL') logger.error('call failed', { method: path, code, reason, durationMs, error });
    },
  });
  const front = config.http && (await httpFront(config, config.http, archivist));
  for (const bank of config.banks) await consumeProofs(bank, { bus, archivist, announcer, logger });
  const ending = termination();
  try {
    const http = await front?.listen();
    const { host, port } = await server.listen(config.listen);
    const address = `${host}:${port}`;
    const { keyClass } = archivist.trust;
    logger.info('serving', { address, treeSize: archivist.archive.size, keyClass });
    if (http !== undefined) logger.info('serving HTTP', { address: http });
    console.log(JSON.stringify({ ready: true, service: SERVICE, address, ...(http !== undefined && { http }) }));
    const failure = await Promise.race([ending.received.then(() => undefined), archivist.failed]);
    if (failure !== undefined) logger.error('archiving failed', { error: failure });
    return failure === undefined ? 0 : 1;
  } finally {
    await Promise.all([server.drain(DRAIN_MS), front?.drain(DRAIN_MS)]);
  }
}

async function httpFront(config: Config, http: HttpConfig, archivist: Archivist): Promise<HttpFront> {
  const trustFile = await readFile(config.trustFile);
  const pendingDeadlineMs = config.pendingDeadlineSeconds * 1000;
  return new HttpFront({ config: http, archivist, logger, trustFile, pendingDeadlineMs });
}

/** What kept the service from starting or running is the last line that it logs. */
async function main(log: Logger): Promise<number> {
  try {
    return await run(readConfig(Section.load(process.env.ASSAY_CONFIG)));
  } catch (error) {
    log.error('stopped', { error });
    return 1;
  }
}

process.exitCode = await main(logger);
