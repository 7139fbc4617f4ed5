import { FieldError } from './error.ts';
import { FIELD_ORDER, type Fr, fr } from './fr.ts';
import { type PoseidonParameters, poseidonParameters } from './poseidon-parameters.ts';
import { type TagName, tag } from './tags.ts';

/** The most inputs a Poseidon hash takes, the tag included. */
export const MAX_POSEIDON_INPUTS = 16;

/** By number of inputs; each is computed when it is first needed, which takes some 20 ms. */
const PARAMETERS: (PoseidonParameters | undefined)[] = [];

/**
 * Poseidon over the BN254 scalar field with circomlib's constants (width one more than the inputs, capacity zero).
 * Every use in this project puts a domain tag first, except the hash inside EdDSA-Poseidon signatures and {@link poseidonUnder}.
 *
 * @throws FieldError `WRONG_LENGTH` unless there are 1 to 16 inputs; `NOT_CANONICAL` for an input outside [0, r).
 */
export function poseidon(inputs: readonly bigint[]): Fr {
  return permute(0n, inputs, 1)[0]!;
}

/**
 * Poseidon with the tag of a use in the capacity, where the others have zero: all inputs are content, and no tagged input could
 * stand for another hash.
 *
 * @throws FieldError as {@link poseidon}
 */
export function poseidonUnder(name: TagName, inputs: readonly bigint[]): Fr {
  return permute(tag(name), inputs, 1)[0]!;
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
  return permute(0n, inputs, outputs);
}

function permute(capacity: bigint, inputs: readonly bigint[], outputs: number): Fr[] {
  const { length } = inputs;
  if (length < 1 || length > MAX_POSEIDON_INPUTS) throw new FieldError('WRONG_LENGTH', 'Poseidon takes 1 to 16 inputs');
  PARAMETERS[length] ??= poseidonParameters(length + 1);
  const parameters = PARAMETERS[length];
  const { first, mix, bridge, last } = parameters;
  let state: bigint[] = [capacity, ...inputs.map(fr)];
  for (const [round, constants] of first.entries()) {
    state = mixed(round < first.length - 1 ? mix : bridge, substituted(state, constants));
  }
  partialRounds(state, parameters);
  for (const [round, constants] of last.entries()) {
    // Rows that nobody asks for need not be computed.
    const rows = round < last.length - 1 ? mix : mix.slice(0, outputs);
    state = mixed(rows, substituted(state, constants));
  }
  return state as Fr[];
}

/** The S-box of every element, each with its constant added. */
function substituted(state: readonly bigint[], constants: readonly bigint[]): bigint[] {
  return state.map((element, i) => fifthPower(element + constants[i]!));
}

/** Products with a row are added up before they are reduced: reductions cost most. */
function mixed(rows: readonly (readonly bigint[])[], state: readonly bigint[]): bigint[] {
  return rows.map((row) => {
    let dot = 0n;
    for (let i = 0; i < state.length; i++) dot += row[i]! * state[i]!;
    return dot % FIELD_ORDER;
  });
}

/**
 * The partial rounds, in place. The elements beside the first only ever grow by products, one a round: they stay below 2^515 without a
 * reduction, until they are given back reduced.
 */
function partialRounds(state: bigint[], { partial, corner }: PoseidonParameters): void {
  let head = state[0]!;
  for (const { constant, row, column } of partial) {
    const substitute = fifthPower(head + constant);
    let dot = corner * substitute;
    for (let i = 1; i < state.length; i++) {
      const element = state[i]!;
      dot += row[i - 1]! * element;
      state[i] = element + column[i - 1]! * substitute;
    }
    head = dot % FIELD_ORDER;
  }
  state[0] = head;
  for (let i = 1; i < state.length; i++) state[i] = state[i]! % FIELD_ORDER;
}

/** `x^5`, the S-box. */
function fifthPower(x: bigint): bigint {
  const square = (x * x) % FIELD_ORDER;
  return (((square * square) % FIELD_ORDER) * x) % FIELD_ORDER;
}
