import { BusError } from './error.ts';
import { CONSUME_DEFAULTS, STREAM_LIMITS, type StreamKind } from './limits.ts';
import { bankToken, channelFilter, parseSubject, type Subject } from './subjects.ts';

/** Options of `consume`. */
export interface ConsumeOptions {
  readonly bank: string;
  readonly stream: StreamKind;
  /** Name of the durable consumer, `[A-Za-z0-9_-]{1,64}`: processes that give the same name share its messages. */
  readonly durable: string;
  /** Subjects to take. Default: all of the stream's channel. Consumers of JOBS must not overlap. */
  readonly filter?: Subject | readonly Subject[];
  /** How many handlers may run at once in this process. Default 1. No message is fetched before a handler is free. */
  readonly concurrency?: number;
  /** Delivered again when neither acknowledged nor reported in progress for so long. Default 30,000, at least 300. */
  readonly ackWaitMs?: number;
  /**
   * Deliveries before a message goes to the dead letters. Default 8. `Infinity`: never given up for failing, for
   * consumers whose handlers bound retries themselves.
   */
  readonly maxDeliver?: number;
  /** Waits before the second, third, ... delivery in milliseconds; the last one repeats. */
  readonly backoffMs?: readonly number[];
}

/** `ConsumeOptions`, checked and complete. */
export interface ConsumePlan {
  readonly bank: string;
  readonly stream: StreamKind;
  readonly durable: string;
  readonly filters: readonly string[];
  readonly concurrency: number;
  readonly ackWaitMs: number;
  readonly maxDeliver: number;
  readonly backoffMs: readonly number[];
}

/** Completes and checks the options. Errors: `BAD_OPTIONS`, `BAD_SUBJECT`. */
export function planConsumption(options: ConsumeOptions): ConsumePlan {
  const { channel } = STREAM_LIMITS[options.stream];
  const filters = [options.filter ?? channelFilter(options.bank, channel)].flat();
  const plan = { ...CONSUME_DEFAULTS, ...options, bank: bankToken(options.bank), filters };
  require(options.stream !== 'DLQ', 'dead letters are read with readStream: they could not be given up in turn');
  require(/^[A-Za-z0-9_-]{1,64}$/.test(plan.durable), 'durable has 1 to 64 characters of A-Z, a-z, 0-9, _ and -');
  require(Number.isInteger(plan.concurrency) && plan.concurrency >= 1, 'concurrency is an integer of at least 1');
  require(plan.ackWaitMs >= 300, 'ackWaitMs is at least 300');
  require(plan.maxDeliver === Infinity ||
    (Number.isInteger(plan.maxDeliver) && plan.maxDeliver >= 1), 'maxDeliver is at least 1');
  require(plan.backoffMs.length > 0 && plan.backoffMs.every((ms) => ms >= 0), 'backoffMs lists waits of 0 or more');
  for (const filter of filters) {
    const parts =
      filter === channelFilter(options.bank, channel) ? { bank: options.bank, channel } : parseSubject(filter);
    require(parts.bank === options.bank && parts.channel === channel, 'a filter lies outside the stream');
  }
  return plan;
}

function require(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new BusError('BAD_OPTIONS', otherwise);
}
