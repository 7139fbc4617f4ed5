import { readFileSync } from 'node:fs';
import { descriptorSetUrl } from '@assay/contracts';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { splitPath } from './method.ts';

let bytes: Buffer | undefined;
let registry: ReturnType<typeof createFileRegistry> | undefined;

/** The serialised `FileDescriptorSet` of all contracts, read once. */
export function descriptorSet(): Buffer {
  bytes ??= readFileSync(descriptorSetUrl);
  return bytes;
}

/** Whether the contract says that a method may be repeated; false for what is not one of our contracts. */
export function isIdempotent(path: string): boolean {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
  const { service, method } = splitPath(path);
  const found = registry.getService(service)?.methods.find(({ name }) => name === method);
  return found !== undefined && found.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
}
