import { setTimeout as delay } from 'node:timers/promises';

/** Waits `ms` before another attempt, or less when `signal` aborts; never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** The wait before attempt `n` (from 1): doubling from `firstMs` up to `maxMs`, spread by up to a fifth. */
export function backoff(n: number, firstMs: number, maxMs: number): number {
  const step = Math.min(maxMs, firstMs * 2 ** Math.min(n - 1, 30));
  return step * (0.9 + Math.random() * 0.2);
}
