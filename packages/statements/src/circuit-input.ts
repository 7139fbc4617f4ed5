/** A circuit's input signal: one element, or an array as circom declares it. */
export type InputValue = bigint | readonly InputValue[];

/** Everything that a witness is computed from, public signals included. Secret: never logged, never in an error. */
export type CircuitInput = Readonly<Record<string, InputValue>>;

/** What proves a statement: the inputs of its circuit and the public signals that the proof will show. */
export interface Claim<Signals> {
  readonly circuit: string;
  readonly input: CircuitInput;
  readonly signals: Signals;
}
