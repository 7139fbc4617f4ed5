import type { PeerCertificate } from 'node:tls';
import type { ServerUnaryCall } from '@grpc/grpc-js';

/** Who calls. */
export interface Peer {
  /** Address and port. */
  readonly address: string;
  /** The verified client certificate's names; absent where none is asked for. */
  readonly certificate?: PeerNames;
}

/** What a client certificate says of its holder. */
export interface PeerNames {
  readonly commonName: string;
  /** DNS names and URIs. */
  readonly alternativeNames: readonly string[];
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint256: string;
}

/** What a handler is told of the call it serves, beside the request. */
export interface Call {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** When the caller stops waiting. */
  readonly deadline: Date;
  /** Aborts when the caller cancels, the connection is lost, or the deadline passes; its reason is an `RpcError`. */
  readonly signal: AbortSignal;
  /** Aborts when the server starts to drain: a handler without an end of its own should end its stream. */
  readonly draining: AbortSignal;
  readonly peer: Peer;
}

/** What grpc-js gives for every kind of call. */
export interface GrpcCall
  extends Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPeer' | 'getDeadline' | 'getAuthContext'> {
  on(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
}

/** Reads who calls from grpc-js. */
export function peerOf(call: GrpcCall): Peer {
  const address = call.getPeer();
  const certificate = call.getAuthContext().sslPeerCertificate;
  return certificate?.subject === undefined ? { address } : { address, certificate: namesOf(certificate) };
}

function namesOf(certificate: PeerCertificate): PeerNames {
  const { CN: commonName } = certificate.subject;
  return {
    commonName: Array.isArray(commonName) ? (commonName[0] ?? '') : (commonName ?? ''),
    alternativeNames: alternativeNames(certificate.subjectaltname ?? ''),
    fingerprint256: certificate.fingerprint256,
  };
}

/** Node quotes a name that holds a comma, so that splitting cannot be made to invent names; such names are left out. */
function alternativeNames(text: string): string[] {
  if (text.includes('"')) return [];
  return text.split(', ').flatMap((name) => /^(?:DNS|URI):(.+)$/.exec(name)?.[1] ?? []);
}
