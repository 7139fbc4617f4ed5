import { frFromSigned } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { type AdditiveCase, modelCommitment, stepWord } from './additive-oracle.ts';

/** What a model's registration shows. */
export interface ConformanceCase {
  readonly schemaId: bigint;
  readonly prohibitedMask: bigint;
  readonly model: AdditiveCase;
}

/** All inputs of the conformance circuit. */
export function conformanceInput({ schemaId, prohibitedMask, model }: ConformanceCase): WitnessInput {
  return {
    modelCommitment: modelCommitment(schemaId, model),
    schemaId,
    prohibitedMask,
    family: 1n,
    weights: model.weights.map(frFromSigned),
    stepWeights: model.steps.map(({ u }) => frFromSigned(u)),
    stepWords: model.steps.map(stepWord),
    bias: frFromSigned(model.bias),
    cutoff: frFromSigned(model.cutoff),
    gammaNum: model.gammaNum,
    magnitudes: model.magnitudes,
    extra: model.extra,
    modelSalt: model.salt,
  };
}

/** Slots that a model reads: with a weight, or a step that moves the score. */
export function readMask({ weights, steps }: AdditiveCase): bigint {
  const slots = [
    ...weights.flatMap((w, j) => (w === 0n ? [] : [j])),
    ...steps.flatMap(({ u, slot }) => (u === 0n ? [] : [slot])),
  ];
  return slots.reduce((mask, slot) => mask | (1n << BigInt(slot)), 0n);
}
