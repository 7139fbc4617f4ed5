/** Somebody pressed Ctrl-C, or asked the process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

let first: Promise<never> | undefined;

/** Rejects with `Interrupted` at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function interruption(): Promise<never> {
  if (first !== undefined) return first;
  const { promise, reject } = Promise.withResolvers<never>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Interrupted('interrupted')));
  // Whoever races against it hears of it; nobody else has to.
  promise.catch(() => undefined);
  first = promise;
  return promise;
}

/** The work's result, unless the process is asked to end first: then whoever owns processes stops them on the way out. */
export function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, interruption()]);
}
