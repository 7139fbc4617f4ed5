/** The signals by which an orchestrator or a person asks a process to end. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * Waits for the first SIGTERM or SIGINT and gives its name; the signal no longer ends the process by itself, a second one
 * of the same name does. `stop` ends the wait and restores what signals do.
 */
export function termination(): { readonly received: Promise<Signal>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<Signal>();
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    stop();
    resolve(signal as Signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { received: promise, stop };
}
