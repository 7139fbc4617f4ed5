import type { Stage } from './engine.ts';
import type { Groth16ErrorCode } from './error.ts';
import type { WitnessInput } from './witness-calculator.ts';

/** Where a circuit's key and calculator lie. */
export interface CircuitFiles {
  /** Path of the `.zkey` file. */
  readonly zkey: string;
  /** Path of the `.wasm` witness calculator. */
  readonly wasm: string;
  /** Path of the calculator's evaluation graph, which native code computes witnesses with. Left aside by snarkjs. */
  readonly witnessGraph?: string;
  /** SHA-256 of the `.zkey` file in hex; when given, the worker refuses other bytes. */
  readonly zkeySha256?: string;
  /** SHA-256 of the `.wasm` file in hex; when given, the worker refuses other bytes. */
  readonly wasmSha256?: string;
  /** SHA-256 of the graph in hex; when given, the engine refuses other bytes. */
  readonly witnessGraphSha256?: string;
}

/** First message to a worker: what to load. */
export interface Setup {
  readonly circuits: Readonly<Record<string, CircuitFiles>>;
  readonly threads: 'one' | 'all';
  readonly selfCheck: boolean;
}

/** One job for a worker. It takes the next only when it has answered. */
export interface Request {
  readonly kind: 'prove' | 'witness';
  readonly circuit: string;
  readonly input: WitnessInput;
}

/** A completed stage, in nanoseconds since the Unix epoch. */
export interface StageTime {
  readonly stage: Stage;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** What a worker says: `ready` or `failed` once at the start, then one answer to each request. */
export type Reply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'proved';
      /** Its coordinates (proof-coordinates.ts). */
      readonly proof: Uint8Array;
      readonly publicSignals: readonly bigint[];
      readonly stages: readonly StageTime[];
    }
  | { readonly kind: 'witness'; readonly witness: readonly bigint[]; readonly stages: readonly StageTime[] }
  | {
      readonly kind: 'failed';
      readonly code: Groth16ErrorCode;
      readonly message: string;
      readonly stages: readonly StageTime[];
    };
