import { Connection } from './connection.ts';
import { type ConsumeOptions, planConsumption } from './consume-options.ts';
import { Consumption } from './consumption.ts';
import type { Handler } from './delivery.ts';
import type { BusEvent } from './event.ts';
import type { BusOptions } from './options.ts';
import { type Published, type PublishOptions, publishEvent } from './publish.ts';
import { type ReadOptions, readStream, type StreamRecord } from './read-stream.ts';
import { ensureStreams } from './streams.ts';

/** A connection to the bus. Make it with `connectBus`. */
export class Bus implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #consumptions = new Set<Consumption>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** True while a server that satisfies the options is connected: for health checks. */
  get connected(): boolean {
    return this.#connection.ready.isOpen;
  }

  /** Creates or checks the four streams of a bank. Errors: `BAD_SUBJECT`, `STREAM_MISMATCH`, `STREAM_MISSING`. */
  async ensureStreams(bank: string): Promise<void> {
    await ensureStreams(this.#connection.manager, bank, this.#connection.replicas);
  }

  /** Publishes an event and waits until it is stored: see `PublishOptions` and the codes of `BusError`. */
  async publish(event: BusEvent, options?: PublishOptions): Promise<Published> {
    return publishEvent(this.#connection, event, options);
  }

  /** Starts handling messages of a durable consumer. Errors: `BAD_OPTIONS`, `BAD_SUBJECT`, `CONSUMER_FAILED`. */
  async consume(options: ConsumeOptions, handler: Handler): Promise<Consumption> {
    const consumption = await Consumption.start(this.#connection, planConsumption(options), handler);
    this.#consumptions.add(consumption);
    return consumption;
  }

  /** Reads a stream in order, for feeds. */
  readStream(options: ReadOptions): AsyncGenerator<StreamRecord, void, undefined> {
    return readStream(this.#connection, options);
  }

  /** Drains every consumer, sends what is buffered, closes the connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.drain()));
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Connects to NATS. Unless told otherwise it refuses a server that acknowledges messages before they are on disk.
 * Errors: `BAD_OPTIONS`, `CONNECT_FAILED`, `UNSYNCED_SERVER`, `SYNC_UNKNOWN`.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  return new Bus(await Connection.open(options));
}
