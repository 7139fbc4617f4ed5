import { HttpProblem } from './error.ts';

/** One server-sent event. Neither of its members has a line end. */
export interface ServerEvent {
  /** What `Last-Event-ID` will say. Absent on an event that is not repeated. */
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2000;

/**
 * Streams of server-sent events, a bounded number of them. A caller who reads slowly is waited for: what it is to be sent is
 * asked for when there is room.
 */
export class EventStreams {
  readonly #most: number;
  readonly #open = new Set<AbortController>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * A response that sends what `source` gives, until the caller goes away, `source` ends, or `end` is called.
   *
   * @param source is given a signal that says when nobody reads any more
   * @throws HttpProblem `unavailable` where too many are open
   */
  respond(source: (signal: AbortSignal) => AsyncIterable<ServerEvent>): Response {
    if (this.#open.size >= this.#most) {
      const headers = { 'retry-after': '5' };
      throw new HttpProblem('unavailable', 'too many streams of events are open', { headers });
    }
    const stop = new AbortController();
    this.#open.add(stop);
    const events = source(stop.signal)[Symbol.asyncIterator]();
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const send = (text: string): void => controller.enqueue(Buffer.from(text));
        send(`retry: ${RETRY_MS}\n\n`);
        const heartbeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) send(': \n\n');
        }, HEARTBEAT_MS);
        stop.signal.addEventListener('abort', () => {
          clearInterval(heartbeat);
          this.#open.delete(stop);
          void events.return?.();
        });
      },
      pull: async (controller) => {
        const next = await events.next().catch((error: unknown) => {
          stop.abort();
          throw error;
        });
        if (isCancelled) return;
        if (!next.done) controller.enqueue(Buffer.from(format(next.value)));
        else {
          stop.abort();
          controller.close();
        }
      },
      cancel: () => {
        isCancelled = true;
        stop.abort();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
  }

  /** Ends all that are open. */
  end(): void {
    for (const stop of [...this.#open]) stop.abort();
  }
}

function format({ id, event, data }: ServerEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}
