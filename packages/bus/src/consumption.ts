import type { JsMsg } from '@nats-io/jetstream';
import type { Context } from '@opentelemetry/api';
import type { Connection } from './connection.ts';
import type { ConsumePlan } from './consume-options.ts';
import { MessageSource } from './consumer.ts';
import { publishDeadLetter } from './dead-letter.ts';
import type { Delivery, Handler, Outcome } from './delivery.ts';
import { type BusEvent, decodeEvent } from './event.ts';
import { STREAM_LIMITS } from './limits.ts';
import type { MessagePlace } from './notice.ts';
import { extractTrace, failSpan, startBusSpan } from './trace.ts';

/** How long a confirmed acknowledgement may take. */
const ACK_TIMEOUT_MS = 5_000;

/** A running consumer: `concurrency` workers, each pulling, handling and settling one message at a time. */
export class Consumption {
  readonly #bus: Connection;
  readonly #plan: ConsumePlan;
  readonly #handler: Handler;
  readonly #source: MessageSource;
  readonly #stop: AbortController;
  readonly #inHand = new Set<number>();
  readonly #workers: Promise<unknown>;

  private constructor(
    bus: Connection,
    plan: ConsumePlan,
    handler: Handler,
    source: MessageSource,
    stop: AbortController,
  ) {
    this.#bus = bus;
    this.#plan = plan;
    this.#handler = handler;
    this.#source = source;
    this.#stop = stop;
    this.#workers = Promise.all(Array.from({ length: plan.concurrency }, () => this.#work()));
  }

  /** Opens the durable consumer and starts. Error: `CONSUMER_FAILED`. */
  static async start(bus: Connection, plan: ConsumePlan, handler: Handler): Promise<Consumption> {
    const stop = new AbortController();
    const stopped = AbortSignal.any([stop.signal, bus.closing]);
    return new Consumption(bus, plan, handler, await MessageSource.open(bus, plan, stopped), stop);
  }

  /** Takes no more messages and resolves when the running handlers have ended and their messages are settled. */
  async drain(): Promise<void> {
    this.#stop.abort();
    await this.#workers;
  }

  async #work(): Promise<void> {
    for (;;) {
      const message = await this.#source.next();
      if (message === undefined) return;
      // A server that restarted delivers again what is being worked on: one handler a message is enough, it acknowledges.
      if (this.#inHand.has(message.seq)) continue;
      this.#inHand.add(message.seq);
      try {
        await this.#process(message);
      } finally {
        this.#inHand.delete(message.seq);
      }
    }
  }

  async #process(message: JsMsg): Promise<void> {
    const parent = extractTrace(message.headers);
    const event = decoded(message);
    const subject = event?.subject ?? `undecodable.${this.#plan.stream}`;
    startBusSpan({ subject, operation: 'queue' }, parent, notAfterNow(message.time)).span.end();
    const { span, context } = startBusSpan({ subject, operation: 'process' }, parent);
    try {
      const outcome = await this.#decide(message, event, context);
      if (outcome.kind !== 'ack') failSpan(span, outcome.kind === 'dead' ? outcome.reason : 'RETRY');
      await this.#settle(message, event, outcome, context);
    } finally {
      span.end();
    }
  }

  async #decide(message: JsMsg, event: BusEvent | undefined, context: Context): Promise<Outcome> {
    if (event === undefined) return { kind: 'dead', reason: 'UNDECODABLE' };
    const { deliveryCount } = message.info;
    const exhausted: Outcome = { kind: 'dead', reason: 'MAX_DELIVERIES' };
    if (deliveryCount > this.#plan.maxDeliver) return exhausted;
    const outcome = await this.#handle(message, event, context);
    return outcome.kind === 'retry' && deliveryCount >= this.#plan.maxDeliver ? exhausted : outcome;
  }

  async #handle(message: JsMsg, event: BusEvent, context: Context): Promise<Outcome> {
    const inProgress = () => {
      if (!this.#bus.nats.isClosed()) message.working();
    };
    const heartbeat = setInterval(inProgress, this.#plan.ackWaitMs / 3);
    const delivery: Delivery = {
      event,
      deliveryCount: message.info.deliveryCount,
      stream: message.info.stream,
      streamSeq: message.seq,
      storedAt: message.time,
      context,
      draining: this.#stop.signal,
      inProgress,
    };
    try {
      return await this.#handler(delivery);
    } catch (error) {
      this.#bus.notify({ kind: 'handler-failed', place: placeOf(message), error });
      return { kind: 'retry' };
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #settle(message: JsMsg, event: BusEvent | undefined, outcome: Outcome, context: Context): Promise<void> {
    switch (outcome.kind) {
      case 'ack':
        return this.#acknowledge(message);
      case 'retry':
        return this.#putBack(message, outcome.delayMs ?? this.#backoff(message));
      case 'dead':
        return this.#giveUp(message, event, outcome.reason, context);
    }
  }

  /** Double acknowledgement: resolves once the server has confirmed it. Unconfirmed, the message may come again. */
  async #acknowledge(message: JsMsg): Promise<void> {
    try {
      await message.ackAck({ timeout: ACK_TIMEOUT_MS });
    } catch (error) {
      this.#bus.notify({ kind: 'acknowledgement-unconfirmed', place: placeOf(message), error });
    }
  }

  #putBack(message: JsMsg, delayMs: number): void {
    if (!this.#bus.nats.isClosed()) message.nak(delayMs);
  }

  /** The message leaves its stream only when the dead-letter stream has stored it. */
  async #giveUp(message: JsMsg, event: BusEvent | undefined, reason: string, context: Context): Promise<void> {
    const { bank, stream } = this.#plan;
    try {
      await publishDeadLetter(
        this.#bus,
        { message, event, reason, bank, channel: STREAM_LIMITS[stream].channel },
        context,
      );
      message.term(reason);
      await this.#bus.nats.flush();
      this.#bus.notify({ kind: 'dead-lettered', place: placeOf(message), reason });
    } catch (error) {
      this.#bus.notify({ kind: 'dead-letter-failed', place: placeOf(message), error });
      this.#putBack(message, this.#backoff(message));
    }
  }

  #backoff(message: JsMsg): number {
    const waits = this.#plan.backoffMs;
    return waits[Math.min(message.info.deliveryCount, waits.length) - 1] ?? 0;
  }
}

function decoded(message: JsMsg): BusEvent | undefined {
  try {
    return decodeEvent(message);
  } catch {
    // Whatever is wrong with it, the bytes came from outside: the dead letter says UNDECODABLE and carries them.
    return undefined;
  }
}

function placeOf(message: JsMsg): MessagePlace {
  const { stream, streamSequence, deliveryCount } = message.info;
  return { stream, streamSeq: streamSequence, subject: message.subject, deliveryCount };
}

function notAfterNow(time: Date): Date {
  return new Date(Math.min(time.getTime(), Date.now()));
}
