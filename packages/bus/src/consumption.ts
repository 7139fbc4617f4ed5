import type { JsMsg } from '@nats-io/jetstream';
import { type Context, context as otel } from '@opentelemetry/api';
import type { Connection } from './connection.ts';
import type { ConsumePlan } from './consume-options.ts';
import { MessageSource } from './consumer.ts';
import { publishDeadLetter, reasonCode } from './dead-letter.ts';
import type { Delivery, Handler, Outcome } from './delivery.ts';
import { type BusEvent, decodeEvent } from './event.ts';
import { HeldMessage } from './held-message.ts';
import { STREAM_LIMITS } from './limits.ts';
import type { MessagePlace } from './notice.ts';
import { extractTrace, failSpan, startBusSpan } from './trace.ts';

/** How long an acknowledgement may wait for a server, and how long for its confirmation. */
const ACK_TIMEOUT_MS = 5_000;

/** A running consumer: `concurrency` workers, each pulling, handling and settling one message at a time. */
export class Consumption {
  readonly #bus: Connection;
  readonly #plan: ConsumePlan;
  readonly #handler: Handler;
  readonly #source: MessageSource;
  readonly #stop: AbortController;
  readonly #inHand = new Map<string, HeldMessage>();
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
      const identity = HeldMessage.identity(message);
      const other = this.#inHand.get(identity);
      // One handler a message is enough; whoever has it in hand settles this delivery.
      if (other !== undefined) {
        other.replace(message);
        continue;
      }
      const held = new HeldMessage(message);
      this.#inHand.set(identity, held);
      try {
        await this.#process(held);
      } finally {
        this.#inHand.delete(identity);
      }
    }
  }

  async #process(held: HeldMessage): Promise<void> {
    const message = held.newest;
    const parent = extractTrace(message.headers);
    const event = decoded(message);
    const subject = event?.subject ?? `undecodable.${this.#plan.stream}`;
    startBusSpan({ subject, operation: 'queue' }, parent, notAfterNow(message.time)).span.end();
    const { span, context } = startBusSpan({ subject, operation: 'process' }, parent);
    try {
      const outcome = await this.#decide(held, event, context);
      if (outcome.kind !== 'ack') failSpan(span, outcome.kind === 'dead' ? outcome.reason : 'RETRY');
      await this.#settle(held, event, outcome, context);
    } finally {
      span.end();
    }
  }

  async #decide(held: HeldMessage, event: BusEvent | undefined, context: Context): Promise<Outcome> {
    if (event === undefined) return { kind: 'dead', reason: 'UNDECODABLE' };
    const { deliveryCount } = held.newest.info;
    const exhausted: Outcome = { kind: 'dead', reason: 'MAX_DELIVERIES' };
    if (deliveryCount > this.#plan.maxDeliver) return exhausted;
    const outcome = await this.#handle(held, event, context);
    if (outcome.kind === 'dead') return { kind: 'dead', reason: reasonCode(outcome.reason) };
    return outcome.kind === 'retry' && deliveryCount >= this.#plan.maxDeliver ? exhausted : outcome;
  }

  async #handle(held: HeldMessage, event: BusEvent, context: Context): Promise<Outcome> {
    const message = held.newest;
    const inProgress = () => {
      if (!this.#bus.nats.isClosed()) held.newest.working();
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
      return await otel.with(context, () => this.#handler(delivery));
    } catch (error) {
      this.#bus.notify({ kind: 'handler-failed', place: placeOf(message), error });
      return { kind: 'retry' };
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #settle(held: HeldMessage, event: BusEvent | undefined, outcome: Outcome, context: Context): Promise<void> {
    switch (outcome.kind) {
      case 'ack':
        return this.#acknowledge(held);
      case 'retry':
        return this.#putBack(held.newest, outcome.delayMs ?? this.#backoff(held.newest));
      case 'dead':
        return this.#giveUp(held, event, outcome.reason, context);
    }
  }

  /** Double acknowledgement: resolves once the server has confirmed it. Unconfirmed, the message may come again. */
  async #acknowledge(held: HeldMessage): Promise<void> {
    try {
      for (let confirmed = false; !confirmed; ) {
        if (!this.#bus.isReady) await this.#bus.whenReady(AbortSignal.timeout(ACK_TIMEOUT_MS));
        const { newest, replaced } = held;
        const confirmation = this.#bus.answer(newest.ackAck({ timeout: ACK_TIMEOUT_MS }));
        confirmed = await Promise.race([confirmation.then(() => true), replaced.then(() => false)]);
      }
    } catch (error) {
      this.#bus.notify({ kind: 'acknowledgement-unconfirmed', place: placeOf(held.newest), error });
    }
  }

  #putBack(message: JsMsg, delayMs: number): void {
    if (!this.#bus.nats.isClosed()) message.nak(delayMs);
  }

  /** The message leaves its stream only when the dead-letter stream has stored it. */
  async #giveUp(held: HeldMessage, event: BusEvent | undefined, reason: string, context: Context): Promise<void> {
    const { bank, stream } = this.#plan;
    const message = held.newest;
    try {
      await publishDeadLetter(
        this.#bus,
        { message, event, reason, bank, channel: STREAM_LIMITS[stream].channel },
        context,
      );
      held.newest.term(reason);
      await this.#bus.nats.flush();
      this.#bus.notify({ kind: 'dead-lettered', place: placeOf(message), reason });
    } catch (error) {
      this.#bus.notify({ kind: 'dead-letter-failed', place: placeOf(message), error });
      this.#putBack(held.newest, this.#backoff(held.newest));
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
