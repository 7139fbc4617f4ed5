import { chain, type Fr, frFromSigned } from '@assay/field';
import type { AdditiveModel } from '@assay/model';
import type { CircuitInput } from './circuit-input.ts';

/** Number of the additive family in commitments and public signals. */
export const ADDITIVE_FAMILY = 1n;

/** A model with the salt that hides it behind its commitment. */
export interface CommittedModel {
  readonly model: AdditiveModel;
  readonly modelSalt: Fr;
}

/** Hashes of models: a model never changes, and every decision needs the same ones. */
const magnitudesHashes = new WeakMap<AdditiveModel, Fr>();
const commitments = new WeakMap<CommittedModel, Fr>();

/** `magnitudes` of docs/spec/statements.md, section 6; computed once for each model. */
export function magnitudesHash(model: AdditiveModel): Fr {
  return once(magnitudesHashes, model, () => chain('model-magnitudes', [...model.magnitudes, model.extra]));
}

/** `modelCommitment` of docs/spec/statements.md, section 6; computed once for each model. */
export function modelCommitment(committed: CommittedModel): Fr {
  return once(commitments, committed, () => hashModel(committed));
}

function hashModel({ model, modelSalt }: CommittedModel): Fr {
  return chain('model', [
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
  ]);
}

function once<K extends object>(known: WeakMap<K, Fr>, key: K, compute: () => Fr): Fr {
  const hash = known.get(key) ?? compute();
  known.set(key, hash);
  return hash;
}

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
