import { createHash, randomUUID } from 'node:crypto';
import { captureTrace } from '@assay/bus';
import { gateway, model } from '@assay/contracts';
import { FIELD_ORDER } from '@assay/field';
import { inTransaction } from '@assay/outbox';
import { FieldViolations, fieldViolation, RpcError } from '@assay/rpc';
import { context } from '@opentelemetry/api';
import type { Database } from './database.ts';
import type { Operation } from './operation.ts';
import type { OperationRunner } from './operation-runner.ts';
import type { OperationStore } from './operation-store.ts';
import type { RequestLedger } from './request-ledger.ts';
import { checkRequestId, checkScope } from './validate-application.ts';

/** What a registration is started with. */
export interface RegisterModelOptions {
  readonly database: Database;
  readonly operations: OperationStore;
  readonly requests: RequestLedger;
  readonly runner: Pick<OperationRunner, 'wake'>;
  readonly bank: string;
}

/** Largest ONNX file in bytes. */
const MAX_MODEL_BYTES = 16 << 20;
const MAX_CHUNK_BYTES = 256 << 10;
const MAX_REASONS_BYTES = 64 << 10;

/** Serves `GatewayService.RegisterModel`: the file is complete and on disk (sealed) when this resolves. */
export async function registerModel(
  messages: AsyncIterable<gateway.RegisterModelRequest>,
  { database, operations, requests, runner, bank }: RegisterModelOptions,
): Promise<Operation> {
  const { header, file } = await receive(messages, bank);
  const description = header.model!;
  const content = gateway.RegisterModelHeader.encode(header).finish();
  const request = requests.identify(header.requestId, 'RegisterModel', content);
  const id = randomUUID();
  const { scope, name, version } = description;
  const trace = captureTrace(context.active());
  const operation = inTransaction(database.db, () => {
    const before = requests.target(request);
    if (before !== undefined) return operations.find(before)!;
    const secret = encodeUpload({ description, file });
    operations.insert({
      id,
      task: { kind: 'register-model', scope, name, version },
      stage: 'lowering',
      secret,
      trace,
    });
    requests.record(request, id);
    return operations.find(id)!;
  });
  runner.wake();
  return operation;
}

/** A model's file with its description. */
export interface Upload {
  readonly description: model.ModelDescription;
  readonly file: Uint8Array;
}

/** An upload as bytes: the length of the description (four bytes, big-endian), the description, the file. */
export function encodeUpload({ description, file }: Upload): Uint8Array {
  const described = model.ModelDescription.encode(description).finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(described.length);
  return Uint8Array.from(Buffer.concat([length, described, file]));
}

/** Reads the bytes of `encodeUpload`; they come out of an authenticated cell. */
export function decodeUpload(bytes: Uint8Array): Upload {
  const end = 4 + Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE();
  return { description: model.ModelDescription.decode(bytes.subarray(4, end)), file: bytes.subarray(end) };
}

async function receive(
  messages: AsyncIterable<gateway.RegisterModelRequest>,
  bank: string,
): Promise<{ header: gateway.RegisterModelHeader; file: Uint8Array }> {
  let header: gateway.RegisterModelHeader | undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const { payload } of messages) {
    if (payload?.$case === 'header' && header === undefined) {
      checkHeader(payload.value, bank);
      header = payload.value;
    } else if (payload?.$case === 'chunk' && header !== undefined) {
      const { length } = payload.value;
      if (length === 0 || length > MAX_CHUNK_BYTES) {
        throw fieldViolation('chunk', `must have 1 to ${MAX_CHUNK_BYTES} bytes`);
      }
      size += length;
      if (size > MAX_MODEL_BYTES) {
        const reason = 'MODEL_TOO_LARGE';
        throw new RpcError('RESOURCE_EXHAUSTED', `a file has at most ${MAX_MODEL_BYTES} bytes`, { reason });
      }
      chunks.push(payload.value);
    } else throw fieldViolation('payload', 'must be the header once and first, then chunks');
  }
  if (header === undefined) throw fieldViolation('header', 'must be given');
  const file = Uint8Array.from(Buffer.concat(chunks));
  const digest = createHash('sha256').update(file).digest();
  if (!digest.equals(header.model!.sha256)) {
    throw new RpcError('DATA_LOSS', 'the chunks do not hash to header.model.sha256', { reason: 'DIGEST_MISMATCH' });
  }
  return { header, file };
}

function checkHeader({ requestId, model: description }: gateway.RegisterModelHeader, bank: string): void {
  const violations = new FieldViolations();
  checkRequestId(requestId, violations, 'header.request_id');
  if (description === undefined) {
    violations.add('header.model', 'must be given');
    violations.throwIfAny();
    return;
  }
  const { name, version, schemaId, scope, approveLabel, cutoff, inputs, sha256, reasonsDocument } = description;
  const require = (holds: boolean, field: string, what: string): boolean =>
    violations.require(holds, `header.model.${field}`, what);
  require(/^[a-z0-9-]{1,64}$/.test(name), 'name', 'must have 1 to 64 characters of [a-z0-9-]');
  require(/^[a-z0-9.-]{1,32}$/.test(version), 'version', 'must have 1 to 32 characters of [a-z0-9.-]');
  const isElement = /^(0|[1-9][0-9]{0,76})$/.test(schemaId) && BigInt(schemaId) < FIELD_ORDER;
  require(isElement, 'schema_id', 'must be a field element, a canonical decimal');
  checkScope(scope, bank, violations, 'header.model.scope');
  require(approveLabel.length >= 1 && approveLabel.length <= 64, 'approve_label', 'must have 1 to 64 characters');
  const decimal = cutoff !== undefined && /^-?[0-9]{1,40}(\.[0-9]{1,40})?$/.test(cutoff.value);
  require(decimal, 'cutoff', 'must be a probability or a raw score, a decimal string');
  const named = inputs.length <= 1024 && inputs.every((input) => input.length >= 1 && input.length <= 64);
  require(named, 'inputs', 'must be at most 1024 names of 1 to 64 characters');
  require(sha256.length === 32, 'sha256', 'must have 32 bytes');
  require(reasonsDocument.length <=
    MAX_REASONS_BYTES, 'reasons_document', `must have at most ${MAX_REASONS_BYTES} bytes`);
  violations.throwIfAny();
}
