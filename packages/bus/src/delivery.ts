import type { Context } from '@opentelemetry/api';
import type { BusEvent } from './event.ts';

/** A reason code for the dead-letter stream: capitals, digits and `_`, never an attribute's value. */
export type DeadReason = string;

/** What a handler decides about a message. */
export type Outcome =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retry'; readonly delayMs?: number }
  | { readonly kind: 'dead'; readonly reason: DeadReason };

/** Done: what has to be durable is durable. The message is acknowledged, and the acknowledgement confirmed. */
export const ack: Outcome = { kind: 'ack' };

/** Not now: deliver it again after `delayMs` (default: the consumer's backoff). */
export function retry(delayMs?: number): Outcome {
  return delayMs === undefined ? { kind: 'retry' } : { kind: 'retry', delayMs };
}

/** Never: put it on the dead-letter subject under `reason`, `[A-Z0-9_]{1,64}` (anything else becomes `UNNAMED`). */
export function dead(reason: DeadReason): Outcome {
  return { kind: 'dead', reason };
}

/** One delivery of an event to a handler. */
export interface Delivery {
  readonly event: BusEvent;
  /** 1 on the first delivery. */
  readonly deliveryCount: number;
  readonly stream: string;
  readonly streamSeq: number;
  /** When the server stored it. */
  readonly storedAt: Date;
  /** The context to start spans below: that of the processing span. It is also the active one while the handler runs. */
  readonly context: Context;
  /** Aborted when the consumer drains: long work may end early with `retry`. */
  readonly draining: AbortSignal;
  /** Tells the server that work goes on. Also sent by itself at a third of the ack wait while the handler runs. */
  inProgress(): void;
}

/** Handles one delivery. A rejection counts as `retry` with the consumer's backoff. */
export type Handler = (delivery: Delivery) => Promise<Outcome>;
