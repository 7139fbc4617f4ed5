import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in `/proc`; Linux gives user space 100 on every architecture (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICKS = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Own and of children that have ended, in seconds. */
  readonly seconds: number;
}

/**
 * CPU seconds used so far by a service that this process started, its own children included; undefined where there is no
 * `/proc` to read it from.
 */
export function cpuSecondsOf(service: string): number | undefined {
  const processes = readProcesses();
  const root = processes.find(
    ({ parent, command }) => parent === process.pid && command.includes(`services/${service}/`),
  );
  if (root === undefined) return undefined;
  const tree = [root];
  for (const member of tree) tree.push(...processes.filter(({ parent }) => parent === member.pid));
  return tree.reduce((sum, { seconds }) => sum + seconds, 0);
}

function readProcesses(): ProcessTimes[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)) ?? []);
  } catch {
    // Not Linux: the figure is left out.
    return [];
  }
}

/** Undefined when it has ended meanwhile. */
function readProcess(pid: number): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    // After the command's name in brackets: state, ppid, ..., utime, stime, cutime, cstime (proc(5), fields 3 and on).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), command, seconds: ticks / TICKS };
  } catch {
    return undefined;
  }
}
