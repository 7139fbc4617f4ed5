export { SealError, type SealErrorCode } from './error.ts';
export {
  type ApplicationJob,
  applicationJobs,
  type ManualDecisionJob,
  manualDecisionJobs,
  type WithdrawalJob,
  withdrawalJobs,
} from './jobs.ts';
export { type SealedUse, seal, unseal } from './seal.ts';
export {
  generateSealingKey,
  type PublicSealingKey,
  parsePublicSealingKey,
  parseSealingKey,
  publicSealingKey,
  type SealingKey,
} from './sealing-key.ts';
