/** Requests that are kept before the disk at once. */
const WIDTH = 8;

/**
 * Runs `task` for each item, a few at a time, and returns only when none runs any more, also when one has failed: no
 * file call outlives the append that made it. Throws the first failure; nothing new is begun after one.
 */
export async function inParallel<T>(items: Iterable<T>, task: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items].values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failures.length > 0) return;
      try {
        await task(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  if (failures.length > 0) throw failures[0];
}
