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
export { type LoweredModel, type LoweringOptions, type LoweringReport, lowerOnnx } from './lower-onnx.ts';
export { GAMMA_MIN, type Scale } from './lowering/integer-model.ts';
export type { Cutoff } from './lowering/score.ts';
export type { Link } from './lowering/value.ts';
export { loweringOptions, type ModelRegistration, parseRegistration } from './registration.ts';
