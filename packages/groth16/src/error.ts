/**
 * Why an operation of this package failed.
 *
 * - `MALFORMED_R1CS`, `MALFORMED_SYMBOLS`, `MALFORMED_CALCULATOR`: a compiled circuit could not be read.
 * - `UNSUPPORTED_CALCULATOR`: a witness calculator does something that no evaluation graph expresses.
 * - `MALFORMED_GRAPH`: an evaluation graph could not be read, or is that of another calculator.
 * - `MALFORMED_KEY`, `MALFORMED_PROOF`: a key or proof is not in its canonical encoding.
 * - `MALFORMED_INPUT`: witness inputs of the wrong name, length or range.
 * - `WITNESS_REJECTED`: the inputs do not satisfy the circuit.
 * - `NO_ENGINE`: the engine that was asked for is not there.
 * - `UNKNOWN_CIRCUIT`: the engine holds no key of that name.
 * - `QUEUE_FULL`: too much work is waiting; see `retryAfterMs`.
 * - `WORKER_DIED`: the process that was proving ended.
 * - `PROVER_FAILED`: the prover failed for a reason of its own.
 * - `SELF_CHECK_FAILED`: a proof was made that its own verification key refuses.
 * - `ABORTED`: the caller's signal; `CLOSED`: the engine is closed or closing.
 */
export type Groth16ErrorCode =
  | 'MALFORMED_R1CS'
  | 'MALFORMED_SYMBOLS'
  | 'MALFORMED_CALCULATOR'
  | 'UNSUPPORTED_CALCULATOR'
  | 'MALFORMED_GRAPH'
  | 'MALFORMED_KEY'
  | 'MALFORMED_PROOF'
  | 'MALFORMED_INPUT'
  | 'WITNESS_REJECTED'
  | 'NO_ENGINE'
  | 'UNKNOWN_CIRCUIT'
  | 'QUEUE_FULL'
  | 'WORKER_DIED'
  | 'PROVER_FAILED'
  | 'SELF_CHECK_FAILED'
  | 'ABORTED'
  | 'CLOSED';

/** The one error of this package. Messages name circuits, signals and templates, never values. */
export class Groth16Error extends Error {
  override readonly name = 'Groth16Error';
  readonly code: Groth16ErrorCode;
  /** With `QUEUE_FULL`: milliseconds after which a place is expected to be free. */
  readonly retryAfterMs: number | undefined;

  constructor(code: Groth16ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
