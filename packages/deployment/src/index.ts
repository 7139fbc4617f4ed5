export { createDeployment, type Deployment, type DeploymentOptions } from './deployment.ts';
export { DeploymentError, type DeploymentErrorCode } from './error.ts';
export type { InstanceDocument } from './instance.ts';
export { documentHash, type IssuedApplicant, type IssuedCredentials, IssuerTool } from './issuer-tool.ts';
export { type Layout, layoutOf, SERVICE_NAMES, type ServiceName } from './layout.ts';
export {
  type ConformingModel,
  modelRegistration,
  type RegistrationBody,
  ruleRegistrations,
  type Slot,
  signRegistration,
  slotRegistration,
  submitRegistrations,
} from './registrations.ts';
export { compileRules, type Rules, type RulesInput } from './rules.ts';
