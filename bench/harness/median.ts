/** The median of at least one number; of an even count the lower of the two in the middle, so that it is one that was measured. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no value has no median');
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}

/** Milliseconds of wall clock that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Wall clock and this process's processor time of `work`: they differ where the machine has other work. */
export async function timed(work: () => unknown): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const before = process.cpuUsage();
  const ms = await milliseconds(work);
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}
