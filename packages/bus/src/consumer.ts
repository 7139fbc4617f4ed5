import { AckPolicy, type Consumer, DeliverPolicy, JetStreamApiError, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { Connection } from './connection.ts';
import type { ConsumePlan } from './consume-options.ts';
import { BusError } from './error.ts';
import { streamName } from './limits.ts';
import { backoff, pause } from './pause.ts';

/** How long the server holds a pull that finds nothing. */
const PULL_EXPIRES_MS = 30_000;
/** Server's code for adding a consumer that is there with another configuration: a newer release may pace it differently. */
const EXISTS_OTHERWISE = 10148;

/**
 * Pulls single messages of a durable consumer, each on demand: a message is never fetched before somebody is free to
 * handle it, so its ack wait never runs in a local queue.
 */
export class MessageSource {
  readonly #bus: Connection;
  readonly #plan: ConsumePlan;
  readonly #stopped: AbortSignal;
  #consumer: Consumer;

  private constructor(bus: Connection, plan: ConsumePlan, stopped: AbortSignal, consumer: Consumer) {
    this.#bus = bus;
    this.#plan = plan;
    this.#stopped = stopped;
    this.#consumer = consumer;
  }

  /** Makes the durable consumer, or brings it up to date. Error: `CONSUMER_FAILED`. */
  static async open(bus: Connection, plan: ConsumePlan, stopped: AbortSignal): Promise<MessageSource> {
    return new MessageSource(bus, plan, stopped, await openConsumer(bus, plan));
  }

  /** The next message; `undefined` once stopped. Survives lost connections and restarted servers. */
  async next(): Promise<JsMsg | undefined> {
    for (let failures = 0; !this.#stopped.aborted; ) {
      if (!(await this.#bus.ready.passed(this.#stopped))) return undefined;
      try {
        const message = await this.#pull();
        if (message !== undefined) return message;
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#bus.notify({ kind: 'pull-failed', stream: streamName(this.#plan.bank, this.#plan.stream), error });
        await pause(backoff(failures, 50, 5_000), this.#stopped);
        if (failures > 1) await this.#reopen();
      }
    }
    return undefined;
  }

  /** One pull request: ends with a message, by expiring, by the connection breaking, or by being stopped. */
  async #pull(): Promise<JsMsg | undefined> {
    const pull = await this.#consumer.fetch({ max_messages: 1, expires: PULL_EXPIRES_MS });
    const end = () => void pull.close();
    const forget = this.#bus.onInterrupt(end);
    this.#stopped.addEventListener('abort', end, { once: true });
    if (this.#stopped.aborted) end();
    let received: JsMsg | undefined;
    try {
      for await (const message of pull) received = message;
    } catch (error) {
      if (received === undefined) throw error;
    } finally {
      forget();
      this.#stopped.removeEventListener('abort', end);
    }
    return received;
  }

  /** The consumer may be gone (deleted by an operator, or the server lost it): make it again. */
  async #reopen(): Promise<void> {
    try {
      this.#consumer = await openConsumer(this.#bus, this.#plan);
    } catch (error) {
      this.#bus.notify({ kind: 'pull-failed', stream: streamName(this.#plan.bank, this.#plan.stream), error });
    }
  }
}

async function openConsumer(bus: Connection, plan: ConsumePlan): Promise<Consumer> {
  const stream = streamName(plan.bank, plan.stream);
  try {
    const config = {
      durable_name: plan.durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      filter_subjects: [...plan.filters],
      ack_wait: nanos(plan.ackWaitMs),
      // Counted here, not there: the server would leave an exhausted message in the stream and say nothing.
      max_deliver: -1,
      max_ack_pending: 1_000,
    };
    await bus.manager.consumers.add(stream, config).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError) || error.code !== EXISTS_OTHERWISE) throw error;
      return bus.manager.consumers.update(stream, plan.durable, config);
    });
    return await bus.jetStream.consumers.get(stream, plan.durable);
  } catch (error) {
    throw new BusError('CONSUMER_FAILED', `the consumer ${plan.durable} of ${stream} could not be made`, {
      cause: error,
    });
  }
}
