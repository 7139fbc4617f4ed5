import { createSnarkjsEngine, type Groth16Proof } from '@assay/groth16';
import { type Artifacts, loadArtifacts } from '@assay/keys';
import type { CircuitInput } from '@assay/statements';
import { type ChildUsage, childUsage } from './child-usage.ts';
import { median, milliseconds } from './median.ts';

/** What proving one statement takes: medians. Processor time and memory are null where there is no `/proc`. */
export interface ProvingFigures {
  readonly engine: string;
  readonly witnessMs: number;
  readonly proveMs: number;
  /** Witness and proof, all threads. */
  readonly cpuSeconds: number | null;
  /** Of the proving process, with this one circuit's key loaded. */
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

/** Starts an engine with one process and all cores for one circuit, and proves once before anything is measured. */
export async function startProver(circuit: string, warmUp: CircuitInput): Promise<MeasuredProver> {
  const artifacts = (await loadArtifacts())[circuit];
  if (artifacts === undefined) throw new Error(`there is no key for ${circuit}: run the setup`);
  // Proofs are verified by the bench itself: the engine's own check would count as proving.
  const engine = await createSnarkjsEngine({
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
        const before = childUsage();
        const result = await engine.prove(circuit, input);
        samples.push({ ...result.timings, cpuSeconds: spent(before, childUsage()), result });
      }
      const cpu = samples.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
      const figures = {
        engine: engine.name,
        witnessMs: median(samples.map(({ witnessMs }) => witnessMs)),
        proveMs: median(samples.map(({ proveMs }) => proveMs)),
        cpuSeconds: cpu.length === runs ? median(cpu) : null,
        peakMiB: childUsage()?.peakMiB ?? null,
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

function spent(before: ChildUsage | undefined, after: ChildUsage | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after.cpuSeconds - before.cpuSeconds;
}
