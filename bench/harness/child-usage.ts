import { readdirSync, readFileSync } from 'node:fs';

/** What this process's children have used so far. */
export interface ChildUsage {
  /** Processor time of all their threads. */
  readonly cpuSeconds: number;
  /** Most memory that one of them has held at a time. */
  readonly peakMiB: number;
}

/** Ticks of `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;
const UTIME = 13;

/** Adds up `/proc`; `undefined` where there is none. */
export function childUsage(): ChildUsage | undefined {
  let pids: string[];
  try {
    pids = readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
  } catch {
    return undefined;
  }
  const usages = pids.map(usageOf);
  return {
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMiB: Math.max(0, ...usages.map(({ peakMiB }) => peakMiB)),
  };
}

function usageOf(pid: string): ChildUsage {
  // The name in parentheses may hold spaces: fields are counted after it.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[UTIME - 2]) + Number(fields[UTIME - 1]);
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMiB: Math.round(Number(peak?.[1] ?? 0) / 1024) };
}
