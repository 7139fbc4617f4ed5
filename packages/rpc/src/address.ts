import { RpcError } from './error.ts';

/** Where a server listens or is reached. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, with an IPv6 host in brackets. @throws RpcError `INVALID_ARGUMENT` */
export function parseAddress(address: string): HostPort {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^[\]:/]+)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new RpcError('INVALID_ARGUMENT', 'an address is host:port, an IPv6 host in brackets', { reason: 'ADDRESS' });
  }
  return { host, port };
}

/** Whether a host is this machine, said in numbers: a name could be resolved to anything. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
