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
