import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream';
import type { Connection } from './connection.ts';
import { type BusEvent, decodeEvent } from './event.ts';
import { type StreamKind, streamName } from './limits.ts';
import { backoff, pause } from './pause.ts';
import { bankToken, type Subject } from './subjects.ts';

/** Options of `readStream`. */
export interface ReadOptions {
  readonly bank: string;
  readonly stream: StreamKind;
  /** First sequence number to give. Default 1. */
  readonly fromSeq?: number;
  /** Subjects to give. Default: all. */
  readonly filter?: Subject | readonly Subject[];
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** One message of a feed. `event` is absent when the message cannot be read as an event: the feed goes on behind it. */
export interface StreamRecord {
  readonly seq: number;
  readonly storedAt: Date;
  readonly event: BusEvent | undefined;
}

/**
 * Reads a stream in order, first what is there, then what comes, until the signal aborts. Each message is given once,
 * in the order of its sequence numbers, also across lost connections and restarted servers. Nothing is acknowledged:
 * readers keep their position themselves. A stream that ends before the position is another, whose server has lost the one that was read:
 * it is read from its start. `CLOSED` when the bus closes first.
 */
export async function* readStream(
  bus: Connection,
  options: ReadOptions,
): AsyncGenerator<StreamRecord, void, undefined> {
  const stopped = AbortSignal.any([options.signal, bus.closing]);
  let next = options.fromSeq ?? 1;
  for (let failures = 0; !stopped.aborted; ) {
    await bus.whenReady(options.signal);
    if (stopped.aborted) return;
    try {
      for await (const record of readUntilInterrupted(bus, { ...options, fromSeq: next }, stopped)) {
        next = record.seq + 1;
        failures = 0;
        yield record;
      }
    } catch (error) {
      failures += 1;
      bus.notify({ kind: 'pull-failed', stream: streamName(options.bank, options.stream), error });
      await pause(backoff(failures, 50, 5_000), stopped);
    }
  }
}

/** Reads with one ordered consumer; ends when the connection breaks, since the consumer ends with it. */
async function* readUntilInterrupted(
  bus: Connection,
  options: ReadOptions & { readonly fromSeq: number },
  stopped: AbortSignal,
): AsyncGenerator<StreamRecord, void, undefined> {
  const messages = await openFeed(bus, options);
  const end = () => void messages.close();
  const forget = bus.onInterrupt(end);
  stopped.addEventListener('abort', end, { once: true });
  if (stopped.aborted) end();
  try {
    for await (const message of messages) {
      if (stopped.aborted) return;
      yield { seq: message.seq, storedAt: message.time, event: decoded(message) };
    }
  } finally {
    forget();
    stopped.removeEventListener('abort', end);
    await messages.close();
  }
}

async function openFeed(
  bus: Connection,
  options: ReadOptions & { readonly fromSeq: number },
): Promise<ConsumerMessages> {
  const filters = options.filter === undefined ? {} : { filter_subjects: [options.filter].flat() };
  const name = streamName(bankToken(options.bank), options.stream);
  const { state } = await bus.manager.streams.info(name);
  const consumer = await bus.jetStream.consumers.get(name, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: state.last_seq + 1 < options.fromSeq ? 1 : options.fromSeq,
    inactive_threshold: 60_000,
    ...filters,
  });
  return consumer.consume({ max_messages: 256, expires: 10_000 });
}

function decoded(message: Parameters<typeof decodeEvent>[0]): BusEvent | undefined {
  try {
    return decodeEvent(message);
  } catch {
    // Told to the reader as a record without an event.
    return undefined;
  }
}
