import type { Groth16Proof } from './proof.ts';
import type { WitnessInput } from './witness-calculator.ts';

/** The two stages of a proof that an engine measures. */
export type Stage = 'witness' | 'prove';

/** What a caller may ask of one job. */
export interface JobOptions {
  /** Cancels the job, waiting or running: it rejects with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** Told each stage that was completed, before the job settles. Times are nanoseconds since the Unix epoch. */
  readonly onStage?: (stage: Stage, startNs: bigint, endNs: bigint) => void;
}

/** Where the time of a job went, in milliseconds of wall clock. */
export interface JobTimings {
  /** From the call until a worker took the job up. */
  readonly queueMs: number;
  readonly witnessMs: number;
  readonly proveMs: number;
}

/** A proof, with the public signals that its witness has. */
export interface ProveResult {
  readonly proof: Groth16Proof;
  readonly publicSignals: readonly bigint[];
  readonly timings: JobTimings;
}

/**
 * Makes Groth16 proofs of the circuits that it was set up with.
 *
 * Inputs and witnesses are secrets: an engine never logs them, and no error repeats a value.
 * Both functions reject with a Groth16Error: `UNKNOWN_CIRCUIT`, `MALFORMED_INPUT`, `WITNESS_REJECTED`, `QUEUE_FULL` (with
 * `retryAfterMs`), `WORKER_DIED`, `PROVER_FAILED`, `SELF_CHECK_FAILED`, `ABORTED`, `CLOSED`.
 */
export interface ProvingEngine {
  /** Its name: `native` or `snarkjs`. */
  readonly name: string;
  /** What makes its proofs, for reports: `groth16/snarkjs`, or `groth16/native-` with the arithmetic, such as `groth16/native-ifma`. */
  readonly provingSystem: string;
  /** Computes the witness and proves it. */
  prove(circuit: string, input: WitnessInput, options?: JobOptions): Promise<ProveResult>;
  /** Computes the witness alone: the value of each wire. */
  witness(circuit: string, input: WitnessInput, options?: JobOptions): Promise<readonly bigint[]>;
  /** Refuses new jobs, rejects waiting ones with `CLOSED`, lets running ones end, and leaves no process behind. */
  close(): Promise<void>;
}
