export {
  type AdditiveEvaluation,
  type AdditiveModel,
  BAND_BITS,
  bandConstant,
  evaluateAdditive,
  STEPS,
  type Step,
} from './additive-model.ts';
