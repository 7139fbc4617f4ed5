import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where figures were measured: without it they mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
  /** Mean number of running processes in the minute before: more than zero when the machine had other work. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: Number(loadavg()[0]!.toFixed(1)),
  };
}

/** One line for the head of a table. */
export function describeMachine({ cpu, cores, memoryGiB, node, platform, loadBefore }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, ${platform}, load before ${loadBefore}`;
}
