export { checkWitness, evaluate, holds } from './check-witness.ts';
export { createVerifier, type VerifierOptions } from './create-verifier.ts';
export type { JobOptions, JobTimings, ProveResult, ProvingEngine, Stage } from './engine.ts';
export {
  type Arithmetic,
  loadNativeAddon,
  type NativeAddon,
  nativeIndexFile,
  runnableArithmetics,
} from './native-addon.ts';
export { createNativeEngine, DEFAULT_MEMORY_LIMIT_BYTES, type NativeEngineOptions } from './native-engine.ts';
export { groth16ErrorOf } from './native-error.ts';
export type { NativeSetup } from './native-setup.ts';
export { createProvingEngine, type ProvingEngineOptions } from './proving-engine.ts';
export { type Constraint, type LinearCombination, parseR1cs, type R1cs, type R1csHead, readR1csHead } from './r1cs.ts';
export { createSnarkjsEngine, type SnarkjsEngineOptions } from './snarkjs-engine.ts';
export type { CircuitFiles } from './snarkjs-messages.ts';
export { readSym, type Symbols } from './symbols.ts';
export * from './verifier.ts';
export {
  calculateWitness,
  createWitnessCalculator,
  type WitnessCalculator,
  type WitnessInput,
  type WitnessValue,
} from './witness-calculator.ts';
export { extractWitnessGraph } from './witness-graph/extract-graph.ts';
export { NativeWitnessGraph } from './witness-graph/native-witness-graph.ts';
export { readZkeyHead, type ZkeyContribution, type ZkeyHead } from './zkey.ts';
