import { createServer } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import { type HostPort, isLoopback, parseAddress, RpcError, type ServerSecurity } from '@assay/rpc';
import { getRequestListener, type HttpBindings } from '@hono/node-server';

const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 } as const;
const MAX_CONNECTIONS = 1024;
/** How often connections that have become idle are closed while a server drains. */
const IDLE_MS = 50;

/** Answers requests: what `createApi` gives, or a handler of one's own. */
export interface Responder {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>;
}

/** What a server serves, and how it is reached. */
export interface HttpServerOptions {
  readonly api: Responder;
  readonly security: ServerSecurity;
}

/** An HTTP/1.1 server, over TLS unless it is reached from this machine alone. */
export class HttpServer {
  readonly #server: Server;
  readonly #security: ServerSecurity;

  constructor({ api, security }: HttpServerOptions) {
    const listener = getRequestListener((request, env) => api.fetch(request, env as HttpBindings), {
      overrideGlobalObjects: false,
    });
    this.#security = security;
    this.#server = (
      security.kind === 'tls'
        ? createTlsServer({ ...LIMITS, ...tlsOptions(security) }, listener)
        : createServer(LIMITS, listener)
    ) as Server;
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * Binds an address, `host:port` with port 0 for any free one, starts to serve, and gives what was bound.
   *
   * @throws RpcError `FAILED_PRECONDITION` for an address beyond this machine without TLS; an Error when it is taken
   */
  async listen(address: string): Promise<HostPort> {
    const { host, port } = parseAddress(address);
    if (this.#security.kind !== 'tls' && !isLoopback(host)) {
      throw new RpcError('FAILED_PRECONDITION', 'without TLS only 127.0.0.0/8 and ::1 are allowed; give certificates', {
        reason: 'INSECURE_ADDRESS',
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, host.replace(/^\[|\]$/g, ''), resolve);
    await promise;
    const bound = this.#server.address();
    return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
  }

  /** Stops: takes nothing new, lets what runs finish for at most `boundMs`, then cuts it off. */
  async drain(boundMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    // Those that answer now are idle later, and would be waited for until callers close them.
    const idle = setInterval(() => this.#server.closeIdleConnections(), IDLE_MS);
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), boundMs);
    await promise;
    clearInterval(idle);
    clearTimeout(timer);
  }
}

function tlsOptions({ certificate, key, clientAuthorities }: Extract<ServerSecurity, { readonly kind: 'tls' }>) {
  return {
    cert: Buffer.from(certificate),
    key: Buffer.from(key),
    minVersion: 'TLSv1.2' as const,
    ...(clientAuthorities && { ca: Buffer.from(clientAuthorities), requestCert: true, rejectUnauthorized: true }),
  };
}
