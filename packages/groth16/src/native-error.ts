import { Groth16Error, type Groth16ErrorCode } from './error.ts';

/** What native code threw or rejected with, as the Groth16Error that its `code` names; anything else as it is. */
export function groth16ErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  return new Groth16Error(error.code as Groth16ErrorCode, error.message, { cause: error });
}
