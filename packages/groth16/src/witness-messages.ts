import type { Groth16ErrorCode } from './error.ts';
import type { WitnessInput } from './witness-calculator.ts';

/** What a witness thread is started with: WebAssembly calculators, by circuit. */
export type Calculators = ReadonlyMap<string, Uint8Array>;

/** One witness to compute. The thread takes the next only when it has answered. */
export interface WitnessRequest {
  readonly circuit: string;
  readonly input: WitnessInput;
}

/** What a witness thread says: `ready` or `failed` once at the start, then one answer to each request. */
export type WitnessReply =
  | { readonly kind: 'ready'; readonly wireCounts: ReadonlyMap<string, number> }
  /** 32 bytes for each wire, little-endian: the last bytes of the buffer. */
  | { readonly kind: 'witness'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly code: Groth16ErrorCode; readonly message: string };
