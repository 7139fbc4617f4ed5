import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import { isLoopback, parseAddress } from './address.ts';
import { RpcError } from './error.ts';

/** No encryption and no authentication: for processes on one machine, refused for any address but 127.0.0.0/8 and ::1. */
export interface InsecureLoopback {
  readonly kind: 'insecure-loopback';
}

/** TLS of a server. All values are PEM. */
export interface ServerTls {
  readonly kind: 'tls';
  /** The server's chain, its own certificate first. */
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /**
   * The authorities whose client certificates are accepted; a client without one cannot connect (mTLS). Absent: no
   * client certificate is asked for.
   */
  readonly clientAuthorities?: Uint8Array;
}

/** TLS of a client. All values are PEM. */
export interface ClientTls {
  readonly kind: 'tls';
  /** The authorities that the server's certificate is checked against. */
  readonly authorities: Uint8Array;
  /** The client's own chain and key, where the server asks for them. */
  readonly identity?: { readonly certificate: Uint8Array; readonly key: Uint8Array };
  /** The name that the server's certificate has to hold, where it is not the address's host. */
  readonly serverName?: string;
}

export type ServerSecurity = InsecureLoopback | ServerTls;
export type ClientSecurity = InsecureLoopback | ClientTls;

/** @throws RpcError `FAILED_PRECONDITION` when an insecure server would listen beyond this machine */
export function serverCredentials(security: ServerSecurity, address: string): ServerCredentials {
  if (security.kind === 'insecure-loopback') {
    requireLoopback(address);
    return ServerCredentials.createInsecure();
  }
  const { certificate, key, clientAuthorities } = security;
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
  const authorities = clientAuthorities === undefined ? null : Buffer.from(clientAuthorities);
  return ServerCredentials.createSsl(authorities, [pair], authorities !== null);
}

/** @throws RpcError `FAILED_PRECONDITION` when an insecure client would reach beyond this machine */
export function clientCredentials(security: ClientSecurity, address: string): ChannelCredentials {
  if (security.kind === 'insecure-loopback') {
    requireLoopback(address);
    return ChannelCredentials.createInsecure();
  }
  const { authorities, identity } = security;
  return ChannelCredentials.createSsl(
    Buffer.from(authorities),
    identity && Buffer.from(identity.key),
    identity && Buffer.from(identity.certificate),
  );
}

function requireLoopback(address: string): void {
  if (isLoopback(parseAddress(address).host)) return;
  throw new RpcError('FAILED_PRECONDITION', 'without TLS only 127.0.0.0/8 and ::1 are allowed; give certificates', {
    reason: 'INSECURE_ADDRESS',
  });
}
