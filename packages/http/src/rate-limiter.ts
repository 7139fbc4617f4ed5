/** How often one caller may ask. */
export interface Rate {
  /** Requests a second in the long run. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
}

/** Callers that are remembered. One that is forgotten, the one that was quiet longest, starts afresh. */
const CAPACITY = 10_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right, milliseconds. */
  at: number;
}

/** Token buckets, one a caller: each fills at the rate and holds the burst. */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: () => number;
  /** The one asked longest ago comes first. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param clock milliseconds that never go back */
  constructor(rate: Rate, clock: () => number = performance.now.bind(performance)) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Takes `cost` requests from a caller's bucket. @returns 0, or the seconds after which there will be enough */
  take(caller: string, cost = 1): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock();
    const { tokens, at } = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
    const due = Math.min(cost, burst);
    const enough = filled >= due;
    this.#keep(caller, { tokens: enough ? filled - due : filled, at: now });
    return enough ? 0 : Math.max(1, Math.ceil((due - filled) / perSecond));
  }

  #keep(caller: string, bucket: Bucket): void {
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size <= CAPACITY) return;
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}
