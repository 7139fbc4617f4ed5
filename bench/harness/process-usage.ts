import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of one process so far, in seconds, user and system together. */
export interface ProcessUsage {
  /** Of the process's first thread: in a Node process the one that runs its JavaScript. */
  readonly main: number;
  /** Of all its other threads, ended ones included: garbage collection, file calls, a prover's threads. */
  readonly threads: number;
  /** Of its children, ended ones that it has waited for included. */
  readonly children: number;
}

/** Ticks of `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** Fields of `/proc/PID/stat` (proc(5)), counted behind the command's name: parent, then user and system time, then that of waited-for children. */
const PARENT = 1;
const OWN = [11, 12] as const;
const WAITED = [13, 14] as const;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly own: number;
  readonly waited: number;
}

/**
 * Usage of this process's children, each with its own descendants, by the name that `nameOf` gives to a command line; those without a
 * name are left out. Empty where there is no `/proc`.
 */
export function usageByName(nameOf: (command: string) => string | undefined): ReadonlyMap<string, ProcessUsage> {
  const all = readAll();
  const usages = new Map<string, ProcessUsage>();
  for (const root of all.filter(({ parent }) => parent === process.pid)) {
    const name = nameOf(root.command);
    if (name !== undefined) usages.set(name, usageOf(root, all));
  }
  return usages;
}

/** What `after` has more than `before`. */
export function usageSince(before: ProcessUsage | undefined, after: ProcessUsage): ProcessUsage {
  if (before === undefined) return after;
  return {
    main: after.main - before.main,
    threads: after.threads - before.threads,
    children: after.children - before.children,
  };
}

/** All of it. */
export function totalSeconds({ main, threads, children }: ProcessUsage): number {
  return main + threads + children;
}

function usageOf(root: Stat, all: readonly Stat[]): ProcessUsage {
  const main = ticksOf(readStat(`/proc/${root.pid}/task/${root.pid}/stat`)?.fields ?? [], OWN);
  const descendants: Stat[] = [root];
  for (const member of descendants) descendants.push(...all.filter(({ parent }) => parent === member.pid));
  const children = descendants.slice(1).reduce((sum, { own, waited }) => sum + own + waited, root.waited);
  // The first thread is read after its process, and may have gone on meanwhile.
  return { main, threads: Math.max(0, root.own - main), children };
}

/** Processor time, in seconds, of the children of this process that have ended; zero where there is no `/proc`. */
export function waitedSeconds(): number {
  return ticksOf(readStat('/proc/self/stat')?.fields ?? [], WAITED);
}

function readAll(): Stat[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)) ?? []);
  } catch {
    return []; // Not Linux: callers say that nothing was measured.
  }
}

function readProcess(pid: number): Stat | undefined {
  const stat = readStat(`/proc/${pid}/stat`);
  const command = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ');
  if (stat === undefined || command === undefined) return undefined;
  const { fields } = stat;
  return { pid, parent: Number(fields[PARENT]), command, own: ticksOf(fields, OWN), waited: ticksOf(fields, WAITED) };
}

/** The fields behind the name in parentheses, which may hold spaces. */
function readStat(path: string): { readonly fields: readonly string[] } | undefined {
  const text = readText(path);
  return text === undefined ? undefined : { fields: text.slice(text.lastIndexOf(')') + 2).split(' ') };
}

/** `undefined` when the process has ended meanwhile. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function ticksOf(fields: readonly string[], places: readonly number[]): number {
  return places.reduce((sum, place) => sum + Number(fields[place] ?? 0), 0) / TICKS_PER_SECOND;
}
