import { constants } from 'node:os';

/** For so long signals count as one request: of a group that is asked to end, make passes on to its children what they have got already. */
const ONE_REQUEST_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * For a process that started others. Resolves with the first SIGINT or SIGTERM, which then does not end this process by itself. One that
 * comes more than a second later does, at once, and what this process has started is told to end as well.
 */
export function endRequest(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let requestedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (requestedAt === undefined) {
      requestedAt = performance.now();
      resolve(signal);
    } else if (performance.now() - requestedAt > ONE_REQUEST_MS) {
      process.exit(128 + constants.signals[signal]);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return promise;
}
