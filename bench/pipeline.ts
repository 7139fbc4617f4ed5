import { percentile } from '../examples/demo/summary.ts';
import type { Bench } from './harness/bench.ts';
import { type Phase, runPipeline } from './harness/pipeline-run.ts';
import { type ProcessUsage, totalSeconds } from './harness/process-usage.ts';
import { figure } from './harness/table.ts';

/** Applications one at a time, for each run that is asked for. */
const ALONE = 10;
/** Saturated: applications at most, seconds of sending, and applications under way. */
const SATURATED = 200;
const SECONDS = 10;
const IN_FLIGHT = 16;

/** Milliseconds of processor time an application, of one process. */
interface CpuFigures {
  readonly process: string;
  readonly mainMs: number;
  readonly threadsMs: number;
  readonly childrenMs: number;
  readonly totalMs: number;
}

/** From the bank's call to the archived receipt, through everything that an instance runs. */
export const pipeline: Bench = {
  name: 'pipeline',
  title: 'applications from the bank to the archive, everything running',
  async run({ runs, onProgress }) {
    const saturated = { applications: runs * SATURATED, seconds: runs * SECONDS, inFlight: IN_FLIGHT };
    const run = await runPipeline({ alone: runs * ALONE, saturated, onProgress });
    const results = {
      provingSystem: run.provingSystem,
      alone: { ...figuresOf(run.alone), stages: run.alone.stages },
      saturated: { ...figuresOf(run.saturated), inFlight: run.saturated.inFlight },
    };
    return { results, table: tableOf(results) };
  },
};

function figuresOf({ applications, latenciesMs, wallSeconds, usage }: Phase) {
  const cpu = [...usage].map(([process, used]) => cpuFigures(process, used, applications));
  return {
    applications,
    p50Ms: percentile(latenciesMs, 0.5),
    p95Ms: percentile(latenciesMs, 0.95),
    perSecond: applications / wallSeconds,
    cpuMs: cpu.reduce((sum, { totalMs }) => sum + totalMs, 0),
    cpu: cpu.toSorted((a, b) => b.totalMs - a.totalMs),
  };
}

function cpuFigures(process: string, used: ProcessUsage, applications: number): CpuFigures {
  const each = (seconds: number): number => Math.round((10_000 * seconds) / applications) / 10;
  const { main, threads, children } = used;
  return {
    process,
    mainMs: each(main),
    threadsMs: each(threads),
    childrenMs: each(children),
    totalMs: each(totalSeconds(used)),
  };
}

type Figures = ReturnType<typeof figuresOf>;

function tableOf(results: { readonly provingSystem: string; readonly alone: Figures; readonly saturated: Figures }) {
  const { alone, saturated } = results;
  const both = (name: string, of: (figures: Figures) => string): string[] => [name, of(alone), of(saturated)];
  const cpuOf = (process: string, { cpu }: Figures): CpuFigures | undefined =>
    cpu.find((figures) => figures.process === process);
  return {
    head: [`proving with ${results.provingSystem}`, 'one at a time', 'saturated'],
    rows: [
      both('applications', ({ applications }) => figure(applications)),
      both('p50 to receipt, ms', ({ p50Ms }) => figure(p50Ms)),
      both('p95 to receipt, ms', ({ p95Ms }) => figure(p95Ms)),
      both('applications a second', ({ perSecond }) => figure(perSecond, 2)),
      both('CPU ms an application', ({ cpuMs }) => figure(cpuMs, 1)),
      ...saturated.cpu.map(({ process }) =>
        both(`  ${process}`, (figures) => figure(cpuOf(process, figures)?.totalMs ?? 0, 1)),
      ),
    ],
  };
}
