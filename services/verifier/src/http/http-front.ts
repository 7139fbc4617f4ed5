import { readFileSync } from 'node:fs';
import {
  Contract,
  content,
  createApi,
  EventStreams,
  HttpServer,
  RateLimiter,
  type Served,
  StaticFiles,
  TokenBook,
} from '@assay/http';
import type { Logger } from '@assay/telemetry';
import type { Archivist } from '../archivist.ts';
import { RegistrationList } from '../registration-list.ts';
import { VerifierError } from '../verifier-error.ts';
import { archiveHandlers } from './archive-handlers.ts';
import { eventHandler } from './event-handler.ts';
import type { HttpConfig } from './http-config.ts';
import { logHandlers } from './log-handlers.ts';
import { registrationHandlers } from './registration-handlers.ts';
import { statementHandlers } from './statement-handlers.ts';
import { verifyHandler } from './verify-handler.ts';
import { windowHandlers } from './window-handlers.ts';

const CONTRACT = new URL('../../../../docs/openapi.yaml', import.meta.url);
/** An envelope of 262,144 bytes with its table, both in base64. */
const MAX_BODY_BYTES = 880 * 1024;

/** What is served, and how. */
export interface HttpFrontOptions {
  readonly config: HttpConfig;
  readonly archivist: Archivist;
  readonly logger: Logger;
  /** The bytes of the trust configuration. */
  readonly trustFile: Uint8Array;
  /** How long an envelope may wait before it is a finding. */
  readonly pendingDeadlineMs: number;
}

/** The archive over HTTP, as docs/openapi.yaml has it, and the console's pages. */
export class HttpFront {
  readonly #server: HttpServer;
  readonly #listen: string;
  readonly #streams: EventStreams;

  /** @throws VerifierError `CONFIG` where the tokens or the pages cannot be read, or the certificate and its key are none */
  constructor({ config, archivist, logger, trustFile, pendingDeadlineMs }: HttpFrontOptions) {
    this.#streams = new EventStreams(config.maxEventStreams);
    const contract = new Contract(readFileSync(CONTRACT, 'utf8'));
    const document = content(Buffer.from(JSON.stringify(contract.document)), {
      type: 'application/json',
      caching: 'private',
    });
    const { consoleDir, rate, security, origins } = config;
    const api = createApi({
      contract,
      handlers: {
        getOpenApi: () => document.clone(),
        ...logHandlers(archivist),
        ...archiveHandlers(archivist, trustFile),
        ...statementHandlers(archivist),
        ...windowHandlers(archivist, pendingDeadlineMs),
        ...registrationHandlers(archivist, new RegistrationList(archivist)),
        ...verifyHandler(archivist),
        ...eventHandler(archivist, this.#streams),
      },
      tokens: configured('tokensFile', () => new TokenBook(config.tokensFile)),
      addresses: new RateLimiter(rate.address),
      examiners: new RateLimiter(rate.examiner),
      ...(consoleDir !== undefined && { pages: configured('consoleDir', () => new StaticFiles(consoleDir)) }),
      origins,
      overTls: security.kind === 'tls',
      maxBodyBytes: MAX_BODY_BYTES,
      onServed: (served) => logFailure(logger, served),
    });
    this.#server = configured('security', () => new HttpServer({ api, security }));
    this.#listen = config.listen;
  }

  /** Starts to serve. @returns the address, `host:port` @throws as `HttpServer.listen` */
  async listen(): Promise<string> {
    const { host, port } = await this.#server.listen(this.#listen);
    return `${host}:${port}`;
  }

  /** Takes nothing new and lets what runs finish, for at most `boundMs`. */
  async drain(boundMs: number): Promise<void> {
    this.#streams.end();
    await this.#server.drain(boundMs);
  }
}

function configured<T>(member: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new VerifierError('CONFIG', `http.${member} cannot be used`, { cause });
  }
}

/** What callers did wrong is theirs to see; what we did is logged. */
function logFailure(logger: Logger, { operation, status, durationMs, error }: Served): void {
  if (error !== undefined && status === 500) logger.error('call failed', { method: operation, durationMs, error });
}
