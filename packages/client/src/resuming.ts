import { setTimeout as delay } from 'node:timers/promises';
import { type RpcCode, RpcError } from '@assay/rpc';

/** How a stream that may break is kept up. */
export interface ResumeOptions {
  /** Ends the stream, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the connection is taken for dead. */
  readonly silenceMs: number;
  /** Failures in a row, without a message in between, after which the last one is thrown; about two minutes. */
  readonly maxFailures?: number;
}

/** What a broken connection or a restarting server looks like, and a stream's own deadline. */
const TRANSIENT: ReadonlySet<RpcCode> = new Set([
  'UNAVAILABLE',
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
]);
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5000;

/**
 * The messages of a stream that is opened again whenever it breaks. `open` is called for each attempt and starts where the
 * messages before have left off; the stream is over when it ends by itself and `finished` says so.
 */
export async function* resuming<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  finished: () => boolean,
  { signal, silenceMs, maxFailures = 30 }: ResumeOptions,
): AsyncGenerator<T> {
  for (let failures = 0; signal?.aborted !== true; failures++) {
    let retryDelayMs = 0;
    try {
      for await (const message of untilSilent(open, silenceMs, signal)) {
        failures = 0;
        yield message;
      }
      if (finished()) return;
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof RpcError) || !TRANSIENT.has(error.code) || failures >= maxFailures) throw error;
      retryDelayMs = error.retryDelayMs ?? 0;
    }
    const backoff = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS) * (0.75 + Math.random() / 4);
    // An aborted wait ends the stream by the loop's condition.
    await delay(Math.max(retryDelayMs, backoff), undefined, signal && { signal }).catch(() => undefined);
  }
}

async function* untilSilent<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  silenceMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const silence = new AbortController();
  const listen = (): NodeJS.Timeout => setTimeout(() => silence.abort(), silenceMs);
  let timer = listen();
  try {
    for await (const message of open(signal ? AbortSignal.any([signal, silence.signal]) : silence.signal)) {
      // While the reader is busy with a message nothing is asked of the server.
      clearTimeout(timer);
      yield message;
      timer = listen();
    }
  } finally {
    clearTimeout(timer);
  }
}
