import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Dataset, retailDataset } from '../../examples/demo/dataset.ts';
import { registerDecidingModel } from '../../examples/demo/honest-run.ts';
import { interruption, unlessInterrupted } from '../../examples/demo/interruption.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { provingSystemOf } from '../../examples/demo/proving-system.ts';
import { openScene, type Scene } from '../../examples/demo/scene.ts';
import { type Archived, archive, type PreparedApplication, prepareAll, saturate } from './pipeline-client.ts';
import { type ProcessUsage, usageByName, usageSince } from './process-usage.ts';
import { type StageFigures, stagesOf } from './stages.ts';

/** What is measured of everything that an instance runs: NATS, the four services, and this process as the bank's backend. */
export interface PipelineRun {
  /** What proves the applications, as its service says. */
  readonly provingSystem: string;
  readonly dataset: Dataset;
  /** Applications sent one at a time, each when the one before was archived. Empty when none was asked for. */
  readonly alone: Phase & { readonly stages: readonly StageFigures[] };
  /** Applications sent with `inFlight` under way at once. */
  readonly saturated: Phase & { readonly inFlight: number };
}

/** Applications that were measured together. */
export interface Phase {
  readonly applications: number;
  readonly latenciesMs: readonly number[];
  /** From the first call to the last receipt. */
  readonly wallSeconds: number;
  /** Processor time by process; empty where there is no `/proc`. */
  readonly usage: ReadonlyMap<string, ProcessUsage>;
}

/** What to run. */
export interface PipelinePlan {
  /** Applications one at a time. */
  readonly alone: number;
  /** Most applications of the saturated phase, and the time after which no more are sent. */
  readonly saturated: { readonly applications: number; readonly seconds: number; readonly inFlight: number };
  readonly onProgress: (what: string) => void;
}

/** The process that measures: it is the bank's backend, and takes in the spans. */
export const CLIENT = 'client';

const DIR = resolve(import.meta.dirname, '../../var/bench');
const WARM_UP = 3;
/** Applications at once before those that are measured, and seconds of sending them: what the services do is compiled by then. */
const WARM_UP_AT_ONCE = { applications: 40, seconds: 5 };
const TRACES_MS = 5_000;

/** Starts everything with development keys in a folder of its own, registers the demo's model, and measures. */
export async function runPipeline(plan: PipelinePlan): Promise<PipelineRun> {
  // From the start: a signal while services are being started stops them as soon as they are there.
  void interruption();
  const { alone, saturated, onProgress } = plan;
  const count = WARM_UP + alone + WARM_UP_AT_ONCE.applications + saturated.applications;
  const dataset = retailDataset({ count });
  onProgress('starting NATS and the services');
  await using scene = await openScene({ dir: DIR, dataset, tMin: 1 });
  return await unlessInterrupted(measure(scene, plan));
}

async function measure(scene: Scene, { alone, saturated, onProgress }: PipelinePlan): Promise<PipelineRun> {
  const { dataset } = scene;
  await registerDecidingModel(scene, new Narrator(new PassThrough().resume()));
  onProgress('issuing credentials');
  const requests = prepareAll(scene.bank, dataset.applicants);
  onProgress('warming up');
  for (const request of requests.slice(0, WARM_UP)) await archive(scene.bank, request);
  return {
    provingSystem: provingSystemOf(scene),
    dataset,
    alone: await oneAtATime(scene, requests.slice(WARM_UP, WARM_UP + alone), onProgress),
    saturated: {
      ...(await allAtOnce(scene, requests.slice(WARM_UP + alone), saturated, onProgress)),
      inFlight: saturated.inFlight,
    },
  };
}

async function oneAtATime(
  scene: Scene,
  requests: readonly PreparedApplication[],
  onProgress: PipelinePlan['onProgress'],
): Promise<PipelineRun['alone']> {
  const done: Archived[] = [];
  const phase = await measured(async () => {
    for (const request of requests) {
      done.push(await archive(scene.bank, request));
      onProgress(`one at a time: ${done.length} of ${requests.length}`);
    }
    return done;
  });
  const traceIds = done.map(({ traceId }) => traceId);
  return { ...phase, stages: await stages(scene, traceIds) };
}

async function allAtOnce(
  { bank }: Scene,
  requests: readonly PreparedApplication[],
  { applications, seconds, inFlight }: PipelinePlan['saturated'],
  onProgress: PipelinePlan['onProgress'],
): Promise<Phase> {
  const warmUp = requests.slice(0, WARM_UP_AT_ONCE.applications);
  onProgress('warming up at once');
  const warm = performance.now() + 1000 * WARM_UP_AT_ONCE.seconds;
  await saturate(bank, warmUp, { inFlight, until: warm, onArchived: () => undefined });
  const until = performance.now() + 1000 * seconds;
  const onArchived = (done: number): void => onProgress(`saturated: ${done}, at most ${applications}`);
  return await measured(() => saturate(bank, requests.slice(warmUp.length), { inFlight, until, onArchived }));
}

async function measured(work: () => Promise<readonly Archived[]>): Promise<Phase> {
  const before = usageOfAll();
  const startedAt = performance.now();
  const done = await work();
  const after = usageOfAll();
  return {
    applications: done.length,
    latenciesMs: done.map(({ latencyMs }) => latencyMs),
    wallSeconds: (Math.max(startedAt, ...done.map(({ endedAt }) => endedAt)) - startedAt) / 1000,
    usage: new Map([...after].map(([name, usage]) => [name, usageSince(before.get(name), usage)])),
  };
}

function usageOfAll(): ReadonlyMap<string, ProcessUsage> {
  const others = usageByName((command) =>
    command.includes('nats-server') ? 'nats' : /services\/([a-z-]+)\//.exec(command)?.[1],
  );
  const { user, system } = process.cpuUsage();
  if (others.size === 0) return others;
  return new Map([...others, [CLIENT, { main: (user + system) / 1e6, threads: 0, children: 0 }]]);
}

async function stages({ collector, telemetry }: Scene, traceIds: readonly string[]): Promise<StageFigures[]> {
  await telemetry.flush();
  const last = traceIds.at(-1);
  const isWhole = (): boolean => collector.spans(last).filter(({ name }) => name === 'archive').length >= 2;
  // Services send their spans every second; those of a trace that stays incomplete are missing in the figures.
  if (last !== undefined) await collector.waitFor(isWhole, TRACES_MS).catch(() => undefined);
  return stagesOf(collector.spans(), traceIds);
}
