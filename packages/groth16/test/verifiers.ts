import { createVerifier } from '../src/create-verifier.ts';
import type { Groth16Verifier } from '../src/groth16-verifier.ts';
import { nobleVerifier } from '../src/noble-verifier.ts';
import { builtArithmetics } from './native.ts';

/** The native verifiers that were built here, one for each arithmetic: none on a machine without a compiler. */
export const nativeVerifiers: readonly Groth16Verifier[] = builtArithmetics.map((arithmetic) =>
  createVerifier({ arithmetic, threads: 2 }),
);

/** Every verifier that there is. */
export const verifiers: readonly Groth16Verifier[] = [nobleVerifier, ...nativeVerifiers];
