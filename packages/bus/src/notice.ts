/**
 * What happens on the bus beside what callers asked for, for logs and metrics. The package itself logs nothing. Notices
 * name subjects, codes and sequence numbers; `error` is for its class and code, its message may be foreign.
 */
export type BusNotice =
  | { readonly kind: 'disconnected' | 'reconnected' }
  | { readonly kind: 'server-refused'; readonly error: unknown }
  | { readonly kind: 'publish-retried'; readonly subject: string; readonly attempt: number; readonly error: unknown }
  | { readonly kind: 'handler-failed'; readonly place: MessagePlace; readonly error: unknown }
  | { readonly kind: 'dead-lettered'; readonly place: MessagePlace; readonly reason: string }
  | { readonly kind: 'dead-letter-failed'; readonly place: MessagePlace; readonly error: unknown }
  | { readonly kind: 'acknowledgement-unconfirmed'; readonly place: MessagePlace; readonly error: unknown }
  | { readonly kind: 'pull-failed'; readonly stream: string; readonly error: unknown };

/** Where a message stands. */
export interface MessagePlace {
  readonly stream: string;
  readonly streamSeq: number;
  readonly subject: string;
  readonly deliveryCount: number;
}

/** Takes notices; must not throw. */
export type NoticeSink = (notice: BusNotice) => void;
