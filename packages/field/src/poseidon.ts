import * as lite from 'poseidon-lite';
import { FieldError } from './error.ts';
import { type Fr, fr } from './fr.ts';

/** The most inputs a Poseidon hash takes, the tag included. */
export const MAX_POSEIDON_INPUTS = 16;

const BY_LENGTH = [
  lite.poseidon1,
  lite.poseidon2,
  lite.poseidon3,
  lite.poseidon4,
  lite.poseidon5,
  lite.poseidon6,
  lite.poseidon7,
  lite.poseidon8,
  lite.poseidon9,
  lite.poseidon10,
  lite.poseidon11,
  lite.poseidon12,
  lite.poseidon13,
  lite.poseidon14,
  lite.poseidon15,
  lite.poseidon16,
] as const;

/**
 * Poseidon over the BN254 scalar field with circomlib's constants (width one more than the inputs, capacity zero).
 * Every use in this project puts a domain tag first, except the hash inside EdDSA-Poseidon signatures.
 *
 * @throws FieldError `WRONG_LENGTH` unless there are 1 to 16 inputs; `NOT_CANONICAL` for an input outside [0, r).
 */
export function poseidon(inputs: readonly bigint[]): Fr {
  return permute(inputs, 1)[0]!;
}

/**
 * The first `outputs` elements of the state after the permutation, the digest being the first: a keystream, as a sponge gives
 * it, if the inputs hold a secret. One element at least stays hidden, so that nobody can invert the permutation.
 *
 * @throws FieldError as {@link poseidon}; `WRONG_LENGTH` too unless there are 1 to as many outputs as inputs.
 */
export function poseidonOutputs(inputs: readonly bigint[], outputs: number): Fr[] {
  if (!(Number.isInteger(outputs) && outputs >= 1 && outputs <= inputs.length))
    throw new FieldError('WRONG_LENGTH', 'Poseidon gives 1 to as many outputs as there are inputs');
  return permute(inputs, outputs);
}

function permute(inputs: readonly bigint[], outputs: number): Fr[] {
  const hash = BY_LENGTH[inputs.length - 1];
  if (hash === undefined) throw new FieldError('WRONG_LENGTH', 'Poseidon takes 1 to 16 inputs');
  // The library gives a list when more than one output is asked for, though its type does not say so.
  const result: unknown = hash(inputs.map(fr), outputs);
  return (Array.isArray(result) ? result : [result]).map(fr);
}
