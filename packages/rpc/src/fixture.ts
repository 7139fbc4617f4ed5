import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gateway } from '@assay/contracts';
import { createClient, type RpcClient } from './client.ts';
import type { ClientOptions } from './client-options.ts';
import { RpcError } from './error.ts';
import { type Handlers, serve } from './handler.ts';
import { RpcServer } from './server.ts';
import type { ServerOptions } from './server-options.ts';

/** The gateway's service: it has methods of every kind. */
export type GatewayService = typeof gateway.GatewayServiceService;
export type GatewayHandlers = Handlers<GatewayService>;

/** The gateway's service with the given handlers; the other methods fail with `UNIMPLEMENTED`. */
export function gatewayWith(handlers: Partial<GatewayHandlers>) {
  const refuse = (): never => {
    throw new RpcError('UNIMPLEMENTED', 'not served in this test');
  };
  const all = Object.fromEntries(
    Object.keys(gateway.GatewayServiceService).map((name) => [name, async () => refuse()]),
  );
  return serve(gateway.GatewayServiceService, { ...(all as unknown as GatewayHandlers), ...handlers });
}

/** A server on a free loopback port and a client for it, both gone when the test ends. */
export async function serveGateway(
  t: TestContext,
  handlers: Partial<GatewayHandlers>,
  server: Partial<ServerOptions> = {},
  client: Partial<ClientOptions> = {},
): Promise<{ server: RpcServer; address: string; client: RpcClient<GatewayService> }> {
  const started = new RpcServer({
    services: [gatewayWith(handlers)],
    security: { kind: 'insecure-loopback' },
    ...server,
  });
  const { port } = await started.listen('127.0.0.1:0');
  const address = `127.0.0.1:${port}`;
  const connected = gatewayClient(t, { address, ...client });
  t.after(() => started.drain(0));
  return { server: started, address, client: connected };
}

/** A client of the gateway's service, closed when the test ends. */
export function gatewayClient(
  t: TestContext,
  options: Partial<ClientOptions> & { address: string },
): RpcClient<GatewayService> {
  const client = createClient(gateway.GatewayServiceService, {
    security: { kind: 'insecure-loopback' },
    defaultDeadlineMs: 10_000,
    ...options,
  });
  t.after(() => client.close());
  return client;
}

/** PEM of a certificate and its key. */
export interface Certificate {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** An authority of the test's own, made by openssl in a temporary folder. */
export class TestAuthority {
  readonly #directory = mkdtempSync(join(tmpdir(), 'assay-rpc-ca-'));
  readonly certificate: Buffer;

  constructor() {
    this.#openssl('req', '-x509', ...this.#newKey('ca'), '-days', '1', '-subj', '/CN=test authority', '-out', 'ca.pem');
    this.certificate = this.#read('ca.pem');
  }

  /** A certificate for a name, valid for the loopback addresses. */
  issue(name: string): Certificate {
    const alternatives = `subjectAltName=DNS:${name},URI:spiffe://assay.test/${name},IP:127.0.0.1,IP:::1`;
    writeFileSync(join(this.#directory, `${name}.ext`), alternatives);
    this.#openssl('req', ...this.#newKey(name), '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    this.#openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '1', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    return { certificate: this.#read(`${name}.pem`), key: this.#read(`${name}.key`) };
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #newKey(name: string): string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  }

  #read(file: string): Buffer {
    return readFileSync(join(this.#directory, file));
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: 'pipe' });
  }
}

/** An application with this id and nothing else. */
export function application(applicationId: string): gateway.Application {
  return gateway.Application.fromPartial({ applicationId });
}
