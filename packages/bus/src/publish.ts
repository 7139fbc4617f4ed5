import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/nats-core';
import type { Context } from '@opentelemetry/api';
import type { Connection } from './connection.ts';
import { BusError } from './error.ts';
import { type BusEvent, encodeEvent } from './event.ts';
import { PUBLISH_DEFAULTS, streamName, streamOf } from './limits.ts';
import { backoff, pause } from './pause.ts';
import { parseSubject } from './subjects.ts';
import { activeContext, failSpan, injectTrace, startBusSpan } from './trace.ts';

/** Options of `publish`. */
export interface PublishOptions {
  /** Parent of the publishing span. Default: the active context. */
  readonly context?: Context;
  /** Message id for the server's deduplication. Default: the event's id. */
  readonly dedupeId?: string;
  /** How long all attempts together may take, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Gives up early; the message may or may not be stored. */
  readonly signal?: AbortSignal;
}

/** The server's word that the message is stored. */
export interface Published {
  readonly stream: string;
  /** Sequence number in the stream, from 1. */
  readonly seq: number;
  /** True when a message with this id was stored before, within the window: this one was dropped. */
  readonly duplicate: boolean;
}

/** Codes of the server by which a stream says that it is full. */
const FULL: ReadonlySet<number> = new Set([10023, 10047, 10077, 10110]);
const TOO_LARGE = 10054;

/**
 * Publishes an event and waits until the server has stored it. Tries again, with growing waits, as long as no answer
 * comes: repetitions carry the same message id and are dropped by the server. Errors: `BAD_EVENT`, `BAD_SUBJECT`,
 * `MESSAGE_TOO_LARGE`, `STREAM_FULL`, `PUBLISH_REFUSED`, `PUBLISH_TIMEOUT`, `CLOSED`.
 */
export async function publishEvent(bus: Connection, event: BusEvent, options: PublishOptions = {}): Promise<Published> {
  const headers = encodeEvent(event);
  const { span, context } = startBusSpan(
    { subject: event.subject, operation: 'publish' },
    options.context ?? activeContext(),
  );
  try {
    injectTrace(context, headers);
    return await deliver(bus, event, headers, options);
  } catch (error) {
    failSpan(span, error instanceof BusError ? error.code : 'INTERNAL');
    throw error;
  } finally {
    span.end();
  }
}

async function deliver(
  bus: Connection,
  event: BusEvent,
  headers: MsgHdrs,
  options: PublishOptions,
): Promise<Published> {
  const ended = lateEnd(bus, options);
  const { bank, channel } = parseSubject(event.subject);
  const msgID = options.dedupeId ?? event.id;
  const expect = { streamName: streamName(bank, streamOf(channel)) };
  let last: unknown;
  for (let attempt = 1; ; attempt += 1) {
    if (attempt > 1 || !bus.isReady || options.signal?.aborted) {
      await bus.whenReady(ended());
      if (ended().aborted)
        throw new BusError('PUBLISH_TIMEOUT', `no acknowledgement from ${expect.streamName}`, { cause: last });
    }
    try {
      const timeout = PUBLISH_DEFAULTS.attemptTimeoutMs;
      const request = bus.jetStream.publish(event.subject, event.data, { headers, msgID, timeout, expect });
      return published(await bus.answer(request));
    } catch (error) {
      last = error;
      refuseLasting(error, event.subject);
      bus.notify({ kind: 'publish-retried', subject: event.subject, attempt, error });
      await pause(backoff(attempt, PUBLISH_DEFAULTS.firstBackoffMs, PUBLISH_DEFAULTS.maxBackoffMs), ended());
    }
  }
}

/** What ends all attempts together, made when it is first asked for: nearly every first attempt succeeds, and a timer for each adds up. */
function lateEnd(
  bus: Connection,
  { timeoutMs = PUBLISH_DEFAULTS.timeoutMs, signal }: PublishOptions,
): () => AbortSignal {
  const startedAt = performance.now();
  let made: AbortSignal | undefined;
  return () => {
    if (made === undefined) {
      const remaining = Math.max(0, Math.ceil(timeoutMs - (performance.now() - startedAt)));
      const deadline = AbortSignal.timeout(remaining);
      made = AbortSignal.any([deadline, bus.closing, ...(signal === undefined ? [] : [signal])]);
    }
    return made;
  };
}

function published(ack: PubAck): Published {
  return { stream: ack.stream, seq: ack.seq, duplicate: ack.duplicate };
}

/** Throws for what another attempt cannot cure; timeouts, lost connections and absent responders pass. */
function refuseLasting(error: unknown, subject: string): void {
  if (!(error instanceof JetStreamApiError)) return;
  if (FULL.has(error.code))
    throw new BusError('STREAM_FULL', `the stream of ${subject} takes no more messages`, { cause: error });
  if (error.code === TOO_LARGE)
    throw new BusError('MESSAGE_TOO_LARGE', `too large for the stream of ${subject}`, { cause: error });
  if (error.status < 500)
    throw new BusError('PUBLISH_REFUSED', `refused by the stream of ${subject}`, { cause: error });
}
