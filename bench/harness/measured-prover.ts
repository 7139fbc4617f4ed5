import { createProvingEngine, type Groth16Proof } from '@assay/groth16';
import { type Artifacts, loadArtifacts } from '@assay/keys';
import type { CircuitInput } from '@assay/statements';
import { ON_DEMAND } from '../../tools/setup/circuit-sources.ts';
import { type ChildUsage, childUsage } from './child-usage.ts';
import { median, milliseconds } from './median.ts';

/** What proving one statement takes: medians. Processor time and memory are null where there is no `/proc`. */
export interface ProvingFigures {
  readonly engine: string;
  readonly witnessMs: number;
  readonly proveMs: number;
  /** Witness and proof, all threads. */
  readonly cpuSeconds: number | null;
  /** Of the process that proves, which is this one where the native engine does: then all that it has held so far counts. */
  readonly peakMiB: number | null;
}

/** A proof to verify, with its signals. */
export interface MadeProof {
  readonly figures: ProvingFigures;
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
}

/** A circuit in an engine of its own, warm. */
export interface MeasuredProver extends AsyncDisposable {
  readonly artifacts: Artifacts;
  /** Proves `runs` times. */
  prove(input: CircuitInput, runs: number): Promise<MadeProof>;
}

/** Starts the engine that `ASSAY_ENGINE` names, with all cores for one proof of one circuit, and proves once before anything is measured. */
export async function startProver(circuit: string, warmUp: CircuitInput): Promise<MeasuredProver> {
  const artifacts = (await loadArtifacts({ onDemand: ON_DEMAND }))[circuit];
  if (artifacts === undefined) throw new Error(`there is no key for ${circuit}: run the setup`);
  // Proofs are verified by the bench itself: the engine's own check would count as proving.
  const engine = await createProvingEngine({
    circuits: { [circuit]: artifacts },
    workers: 1,
    queueLimit: 1,
    selfCheck: false,
  });
  await engine.prove(circuit, warmUp);
  return {
    artifacts,
    async prove(input, runs) {
      const samples = [];
      for (let run = 0; run < runs; run++) {
        const before = usage();
        const result = await engine.prove(circuit, input);
        samples.push({ ...result.timings, cpuSeconds: spent(before, usage()), result });
      }
      const cpu = samples.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
      const figures = {
        engine: engine.provingSystem,
        witnessMs: median(samples.map(({ witnessMs }) => witnessMs)),
        proveMs: median(samples.map(({ proveMs }) => proveMs)),
        cpuSeconds: cpu.length === runs ? median(cpu) : null,
        peakMiB: usage()?.peakMiB ?? null,
      };
      const { proof, publicSignals } = samples.at(-1)!.result;
      return { figures, proof, publicSignals };
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

/** Median milliseconds of `runs` calls, after one that is not counted. */
export async function medianOf(runs: number, work: () => unknown): Promise<number> {
  await work();
  const samples: number[] = [];
  for (let run = 0; run < runs; run++) samples.push(await milliseconds(work));
  return median(samples);
}

/** Of this process, its threads and its children. */
function usage(): ChildUsage | undefined {
  const children = childUsage();
  if (children === undefined) return undefined;
  const { user, system } = process.cpuUsage();
  const peakMiB = children.peakMiB || Math.round(process.resourceUsage().maxRSS / 1024);
  return { cpuSeconds: (user + system) / 1e6 + children.cpuSeconds, peakMiB };
}

function spent(before: ChildUsage | undefined, after: ChildUsage | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after.cpuSeconds - before.cpuSeconds;
}
