export { type Instance, type InstanceService, readInstance } from './instance.ts';
export { type Addresses, type ServiceSpec, type Stack, type StackOptions, startStack } from './stack.ts';
