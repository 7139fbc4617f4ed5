import { chain, type Fr, frFromSigned } from '@assay/field';
import type { AdditiveModel } from '@assay/model';
import type { CircuitInput } from './circuit-input.ts';
import { oncePerObject } from './once.ts';

/** Number of the additive family in commitments and public signals. */
export const ADDITIVE_FAMILY = 1n;

/** A model with the salt that hides it behind its commitment. */
export interface CommittedModel {
  readonly model: AdditiveModel;
  readonly modelSalt: Fr;
}

/** `magnitudes` of docs/spec/statements.md, section 6; computed once for each model, for every decision needs it. */
export const magnitudesHash: (model: AdditiveModel) => Fr = oncePerObject((model) =>
  chain('model-magnitudes', [...model.magnitudes, model.extra]),
);

/** `modelCommitment` of docs/spec/statements.md, section 6; computed once for each model. */
export const modelCommitment: (committed: CommittedModel) => Fr = oncePerObject(({ model, modelSalt }) =>
  chain('model', [
    ADDITIVE_FAMILY,
    model.schemaId,
    ...model.weights.map(frFromSigned),
    ...model.steps.flatMap((step) => [frFromSigned(step.u), stepWord(step)]),
    frFromSigned(model.bias),
    frFromSigned(model.cutoff),
    model.gammaNum,
    model.b0,
    weightSum(model),
    magnitudesHash(model),
    modelSalt,
  ]),
);

/** Sum of the weights' magnitudes. */
export function weightSum({ weights }: AdditiveModel): bigint {
  return weights.reduce((sum, w) => sum + (w < 0n ? -w : w), 0n);
}

/** The inputs that the conformance and the decision circuit have in common. */
export function modelInput({ model, modelSalt }: CommittedModel): CircuitInput {
  return {
    weights: model.weights.map(frFromSigned),
    stepWeights: model.steps.map(({ u }) => frFromSigned(u)),
    stepWords: model.steps.map(stepWord),
    bias: frFromSigned(model.bias),
    cutoff: frFromSigned(model.cutoff),
    gammaNum: model.gammaNum,
    modelSalt,
  };
}

function stepWord({ slot, threshold }: { slot: number; threshold: bigint }): bigint {
  return BigInt(slot) + 32n * threshold;
}
