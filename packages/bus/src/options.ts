import type { NoticeSink } from './notice.ts';

/** How a client proves who it is. */
export type Credentials =
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** An nkey seed, as `nk -gen user` prints it. */
  | { readonly kind: 'nkey'; readonly seed: Uint8Array }
  /** The contents of a `.creds` file. */
  | { readonly kind: 'creds'; readonly contents: Uint8Array };

/** TLS towards the servers: paths of PEM files. */
export interface BusTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Options of `connectBus`. */
export interface BusOptions {
  /** Server addresses, such as `nats://127.0.0.1:4222`; any one of them will do. */
  readonly servers: readonly string[];
  /** Name of this client, shown by the server's monitoring. */
  readonly name: string;
  readonly credentials?: Credentials;
  /** Default: none; a server that asks for TLS is then refused. */
  readonly tls?: BusTls;
  /** Monitoring addresses of the servers (http on loopback, https elsewhere), by which their durability is established. */
  readonly monitorUrls?: readonly string[];
  /** Refuse a server that acknowledges before it syncs, or that does not show. Default true. */
  readonly requireSyncAlways?: boolean;
  /** How long connecting may take, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Copies of each stream in a cluster, 1, 3 or 5. Default 1. */
  readonly replicas?: number;
  /** Receives what happens beside the calls. Default: dropped. */
  readonly onNotice?: NoticeSink;
}
