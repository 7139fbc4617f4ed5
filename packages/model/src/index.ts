export {
  type AdditiveEvaluation,
  type AdditiveModel,
  BAND_BITS,
  bandConstant,
  evaluateAdditive,
  STEPS,
  type Step,
} from './additive-model.ts';
export { type GraphPlace, ModelError, type ModelErrorCode } from './error.ts';
export { type AgreementReport, agreementReport } from './float/agreement-report.ts';
export { type FloatDecision, FloatModel, floatDecision } from './float/float-model.ts';
export {
  type LoweredAdditiveModel,
  type LoweredModel,
  type LoweringOptions,
  type LoweringReport,
  lowerAdditive,
  lowerOnnx,
  type ModelSize,
} from './lower-onnx.ts';
export type { Scale } from './lowering/grid.ts';
export { GAMMA_MIN } from './lowering/integer-model.ts';
export type { Cutoff } from './lowering/score.ts';
export type { Link } from './lowering/value.ts';
export { type Evaluation, evaluateModel, type Model } from './model.ts';
export {
  type DenseLayer,
  evaluateNetwork,
  HIDDEN,
  NETWORK_INPUTS,
  type NetworkEvaluation,
  type NetworkModel,
  slotFactor,
} from './network-model.ts';
export { randomApplicants } from './random-applicants.ts';
export { loweringOptions, type ModelRegistration, parseRegistration } from './registration.ts';
export {
  type DecisionTree,
  evaluateTrees,
  LEAF_LIMIT,
  TREE_EXTRA_LIMIT,
  TREE_GAMMA_LIMIT,
  TREE_SCORE_LIMIT,
  TREE_SHAPES,
  type TreeEvaluation,
  type TreeModel,
  type TreeNode,
  type TreeShape,
  treeGammaMin,
} from './tree-model.ts';
