import type { JobOptions, Stage } from './engine.ts';

/** Runs a stage of a job and, unless it fails, tells when it began and ended. */
export async function timedStage<T>(
  stage: Stage,
  onStage: NonNullable<JobOptions['onStage']>,
  run: () => Promise<T>,
): Promise<T> {
  const startNs = now();
  const result = await run();
  onStage(stage, startNs, now());
  return result;
}

/** Nanoseconds since the Unix epoch. */
function now(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
