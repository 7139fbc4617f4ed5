/** How what comes close upon each other is put together. */
export interface BurstOptions {
  /** Milliseconds after the first of a burst in which others may join it. */
  readonly lingerMs: number;
  /** Most that one burst holds. */
  readonly most: number;
}

/** Everything that `source` gives, in order, with what comes close upon each other together: never an empty burst. */
export async function* bursts<T>(
  source: AsyncIterable<T>,
  { lingerMs, most }: BurstOptions,
): AsyncGenerator<readonly T[], void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let first = await next; !first.done; first = await next) {
      const burst = [first.value];
      const over = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => over.resolve(undefined), lingerMs);
      next = ahead(iterator);
      while (burst.length < most) {
        const more = await Promise.race([next, over.promise]);
        if (more === undefined || more.done) break;
        burst.push(more.value);
        next = ahead(iterator);
      }
      clearTimeout(timer);
      yield burst;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Asks for the next before anybody waits for it; that it fails is heard when somebody does. */
function ahead<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const next = iterator.next();
  next.catch(() => undefined);
  return next;
}
