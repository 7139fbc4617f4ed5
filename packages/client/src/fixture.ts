import type { TestContext } from 'node:test';
import { gateway, verifier } from '@assay/contracts';
import { type Handlers, RpcError, RpcServer, type ServedService, serve } from '@assay/rpc';
import { GatewayClient } from './gateway-client.ts';
import { VerifierClient } from './verifier-client.ts';

export type GatewayHandlers = Partial<Handlers<typeof gateway.GatewayServiceService>>;
export type VerifierHandlers = Partial<Handlers<typeof verifier.VerifierServiceService>>;

/** Serves what is given on a loopback port, a free one unless given, until the test ends. */
export async function start(
  t: TestContext,
  services: readonly ServedService[],
  port = 0,
): Promise<{ server: RpcServer; port: number }> {
  const server = new RpcServer({ services, security: { kind: 'insecure-loopback' } });
  t.after(() => server.drain(0));
  return { server, port: (await server.listen(`127.0.0.1:${port}`)).port };
}

/** The gateway's service; methods without a handler fail with `UNIMPLEMENTED`. */
export function gatewayWith(handlers: GatewayHandlers): ServedService {
  return serve(gateway.GatewayServiceService, { ...refusals(gateway.GatewayServiceService), ...handlers });
}

/** The verifier's service; methods without a handler fail with `UNIMPLEMENTED`. */
export function verifierWith(handlers: VerifierHandlers): ServedService {
  return serve(verifier.VerifierServiceService, { ...refusals(verifier.VerifierServiceService), ...handlers });
}

export function gatewayClient(t: TestContext, port: number): GatewayClient {
  const client = new GatewayClient(clientOptions(port));
  t.after(() => client.close());
  return client;
}

export function verifierClient(t: TestContext, port: number): VerifierClient {
  const client = new VerifierClient(clientOptions(port));
  t.after(() => client.close());
  return client;
}

function clientOptions(port: number) {
  return {
    address: `127.0.0.1:${port}`,
    security: { kind: 'insecure-loopback' },
    defaultDeadlineMs: 10_000,
  } as const;
}

function refusals<S extends object>(service: S): Handlers<S & Readonly<Record<string, never>>> {
  const refuse = async (): Promise<never> => {
    throw new RpcError('UNIMPLEMENTED', 'not served in this test');
  };
  return Object.fromEntries(Object.keys(service).map((name) => [name, refuse])) as never;
}
