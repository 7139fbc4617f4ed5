import type { JsMsg } from '@nats-io/jetstream';

/**
 * A message in hand, with its newest delivery. A server that crashed may have forgotten that it delivered the message:
 * then it ignores the acknowledgement of the old delivery and delivers again, and only that one can be settled.
 */
export class HeldMessage {
  #newest: JsMsg;
  #replaced = Promise.withResolvers<void>();

  constructor(message: JsMsg) {
    this.#newest = message;
  }

  /** Names a stored message for good: its place and the time it was stored. */
  static identity(message: JsMsg): string {
    return `${message.seq}@${message.timestampNanos}`;
  }

  /** The delivery to settle. */
  get newest(): JsMsg {
    return this.#newest;
  }

  /** Resolves when the present newest delivery is no longer the newest. */
  get replaced(): Promise<void> {
    return this.#replaced.promise;
  }

  /** Takes in another delivery of the same message. */
  replace(message: JsMsg): void {
    this.#newest = message;
    this.#replaced.resolve();
    this.#replaced = Promise.withResolvers<void>();
  }
}
