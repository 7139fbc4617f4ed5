import type { Stage } from './engine.ts';
import type { Groth16Proof } from './proof.ts';
import type { WitnessInput } from './witness-calculator.ts';

/** What a worker is told of the job that it does. */
export interface WorkerJob {
  readonly circuit: string;
  readonly input: WitnessInput;
  /** Once it is aborted, the worker rejects as soon as it can. */
  readonly signal: AbortSignal | undefined;
  /** To be told each stage that was completed, before the job settles. Times are nanoseconds since the Unix epoch. */
  readonly onStage: (stage: Stage, startNs: bigint, endNs: bigint) => void;
}

/** A proof with its public signals. */
export interface MadeProof {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
}

/** What a queued engine has its jobs done by: one at a time each. A job that fails leaves it able to do the next. */
export interface EngineWorker {
  /** Computes the witness and proves it. @throws Groth16Error as `ProvingEngine`, but for the codes of its queue */
  prove(job: WorkerJob): Promise<MadeProof>;
  /** Computes the value of each wire. @throws Groth16Error likewise */
  witness(job: WorkerJob): Promise<readonly bigint[]>;
  /** Ends whatever it has started. Called once, when its last job is done. */
  close(): Promise<void>;
}
