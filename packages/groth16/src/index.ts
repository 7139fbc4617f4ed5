export { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
export { checkWitness, evaluate, holds } from './check-witness.ts';
export { Groth16Error, type Groth16ErrorCode } from './error.ts';
export { type Constraint, type LinearCombination, parseR1cs, type R1cs } from './r1cs.ts';
export { readSym, type Symbols } from './symbols.ts';
export {
  calculateWitness,
  createWitnessCalculator,
  type WitnessCalculator,
  type WitnessInput,
  type WitnessValue,
} from './witness-calculator.ts';
