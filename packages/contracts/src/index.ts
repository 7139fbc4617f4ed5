/**
 * Assay's gRPC contracts: messages, enums, service definitions and clients, one namespace a proto package. Everything
 * in `gen` is generated from `proto/`.
 */
export * as gateway from './gen/index.assay.gateway.v1.ts';
export * as model from './gen/index.assay.model.v1.ts';
export * as operation from './gen/index.assay.operation.v1.ts';
export * as prover from './gen/index.assay.prover.v1.ts';
export * as statement from './gen/index.assay.statement.v1.ts';
export * as verifier from './gen/index.assay.verifier.v1.ts';
export * as window from './gen/index.assay.window.v1.ts';

/** Where the `FileDescriptorSet` of all contracts lies, for server reflection. */
export const descriptorSetUrl: URL = new URL('./gen/assay.binpb', import.meta.url);
