import { endRequest } from '@assay/launch';

/** Somebody pressed Ctrl-C, or asked the process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

let first: Promise<never> | undefined;

/** Rejects with `Interrupted` when the process is asked to end: see `endRequest`. */
export function interruption(): Promise<never> {
  if (first !== undefined) return first;
  first = endRequest().then(() => {
    throw new Interrupted('interrupted');
  });
  // Whoever races against it hears of it; nobody else has to.
  first.catch(() => undefined);
  return first;
}

/** The work's result, unless the process is asked to end first: then whoever owns processes stops them on the way out. */
export function unlessInterrupted<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, interruption()]);
}
