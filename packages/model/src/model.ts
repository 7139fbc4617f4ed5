import { type AdditiveEvaluation, type AdditiveModel, evaluateAdditive } from './additive-model.ts';
import { evaluateNetwork, type NetworkEvaluation, type NetworkModel } from './network-model.ts';
import { evaluateTrees, type TreeEvaluation, type TreeModel } from './tree-model.ts';

/** A model in exact integers, of any family. */
export type Model = AdditiveModel | TreeModel | NetworkModel;

/** What an evaluation finds for one applicant, whatever the family. */
export type Evaluation = AdditiveEvaluation | TreeEvaluation | NetworkEvaluation;

/**
 * Evaluates a model of any family exactly as its decision circuit does.
 *
 * @param x 32 encoded attributes, each below 2^40
 * @throws ModelError `out_of_range` for attributes beyond the ranges that a network was lowered for
 */
export function evaluateModel(model: Model, x: readonly bigint[]): Evaluation {
  switch (model.family) {
    case 'additive':
      return evaluateAdditive(model, x);
    case 'trees':
      return evaluateTrees(model, x);
    case 'network':
      return evaluateNetwork(model, x);
  }
}
