import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Arithmetic, Groth16Proof } from '@assay/groth16';
import { median } from './median.ts';

/** What proves: the native engine with an arithmetic, snarkjs, or the program that `RAPIDSNARK` names. */
export type ProverName = Arithmetic | 'snarkjs' | 'rapidsnark';

/** What a proving process is to do. */
export interface ProverTask {
  readonly engine: ProverName;
  /** Paths of the key and the witness. */
  readonly zkey: string;
  readonly wtns: string;
  /** Proofs whose median counts; one more, not counted, comes before them. */
  readonly runs: number;
}

/** One proof and what it took. */
export interface Sample {
  readonly proof: Groth16Proof;
  readonly wallSeconds: number;
  /** All threads. */
  readonly cpuSeconds: number;
}

/** What an engine took for a proof: medians. */
export interface ProverFigures {
  readonly engine: ProverName;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Until the key was ready, checked and with its tables; for rapidsnark that is part of each proof. */
  readonly loadSeconds: number;
  readonly loadCpuSeconds: number;
  /** Most memory of the process, with this one key; null where another program proves. */
  readonly peakMiB: number | null;
}

/** Has a process of its own prove with all processors, so that neither memory nor warmth of one engine counts for another. */
export async function runProver(task: ProverTask): Promise<{ figures: ProverFigures; proofs: Groth16Proof[] }> {
  const child = fork(new URL('./groth16-child.ts', import.meta.url), [], { serialization: 'advanced' });
  child.send(task);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`proving with ${task.engine} ended with ${code}`);
  });
  const [said] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  const { samples, ...loading } = said as Pick<ProverFigures, 'loadSeconds' | 'loadCpuSeconds' | 'peakMiB'> & {
    readonly samples: readonly Sample[];
  };
  const figures = {
    engine: task.engine,
    wallSeconds: median(samples.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(samples.map(({ cpuSeconds }) => cpuSeconds)),
    ...loading,
  };
  return { figures, proofs: samples.map(({ proof }) => proof) };
}
