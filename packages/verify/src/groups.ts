/**
 * What comes, in arrays of `size`, the last one shorter. When the source fails, what came before is given first.
 */
export async function* groupsOf<T>(source: AsyncIterable<T>, size: number): AsyncIterable<readonly T[]> {
  let group: T[] = [];
  try {
    for await (const one of source) {
      group.push(one);
      if (group.length < size) continue;
      const full = group;
      group = [];
      yield full;
    }
  } catch (error) {
    if (group.length > 0) yield group;
    throw error;
  }
  if (group.length > 0) yield group;
}

/** What comes, each while the one after it is being fetched already. When the source fails, what came before is given first. */
export async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<T>> => {
    const result = iterator.next();
    result.catch(() => undefined); // Whoever waits for it has the error.
    return result;
  };
  try {
    let next = fetch();
    for (let result = await next; !result.done; result = await next) {
      next = fetch();
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
