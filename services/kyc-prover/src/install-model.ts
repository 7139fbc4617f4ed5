import { createHash } from 'node:crypto';
import { model as contract, type prover } from '@assay/contracts';
import { randomFr } from '@assay/field';
import { type LoweredModel, type LoweringOptions, lowerOnnx, ModelError, type ModelSize } from '@assay/model';
import { FieldViolations, fieldViolation, RpcError } from '@assay/rpc';
import type { Schema } from '@assay/schema';
import { type PublicSealingKey, parsePublicSealingKey, seal } from '@assay/seal';
import { encodeModelOpening, FAMILIES } from '@assay/statements';
import { SCOPE_PATTERN } from '@assay/verify';
import { compareWithFloat } from './compare-with-float.ts';
import type { RegistryReader } from './in-force.ts';
import type { InstallProgress, ReportProgress } from './install-progress.ts';
import type { InstalledModel, ModelStore } from './model-store.ts';
import { registeredReasons } from './registered-reasons.ts';

/** Largest ONNX file in bytes. */
export const MAX_MODEL_BYTES = 16 * 1024 * 1024;
const MAX_ID = 64;

/** What an installation works with. */
export interface InstallContext {
  readonly models: ModelStore;
  readonly registry: RegistryReader;
  /** What can be proved here. */
  readonly circuits: ReadonlySet<string>;
  /** The only recipient of sealed parameters. */
  readonly fairnessKey: PublicSealingKey;
  readonly installations: InstallProgress;
}

/** Serves `KycProverService.InstallModel`. */
export async function installModel(
  requests: AsyncIterable<prover.InstallModelRequest>,
  context: InstallContext,
): Promise<prover.InstallModelResponse> {
  const { header, file } = await receive(requests);
  if (header.installationId.length > MAX_ID)
    throw fieldViolation('header.installation_id', `must have at most ${MAX_ID} characters`);
  return await context.installations.during(header.installationId, (report) => install(header, file, context, report));
}

async function install(
  header: prover.InstallModelHeader,
  file: Uint8Array,
  { models, registry, circuits, fairnessKey }: InstallContext,
  report: ReportProgress,
): Promise<prover.InstallModelResponse> {
  const { model: description } = header;
  if (description === undefined) throw fieldViolation('header.model', 'must be given');
  const recipient = await parsePublicSealingKey(header.recipientJwk);
  if (recipient.kid !== fairnessKey.kid) {
    throw new RpcError('PERMISSION_DENIED', 'the recipient is not the configured fairness prover', {
      reason: 'RECIPIENT_UNKNOWN',
    });
  }
  checkDescription(description, file);
  const inForce = await registry.inForce(description.scope);
  if (inForce === undefined)
    throw new RpcError('FAILED_PRECONDITION', 'the scope is not registered', { reason: 'SCOPE_UNKNOWN' });
  if (String(inForce.schema.id) !== description.schemaId)
    throw fieldViolation('header.model.schema_id', "must be the scope's schema");

  const options = loweringOptions(description, inForce.schema, BigInt(inForce.prohibitedMask));
  const reasons = registeredReasons(description.reasonsDocument, inForce.schema);
  const { lowered, agreement } = await lower(file, options, circuits, report);
  const source = sourceOf(description, file);
  const installed = models.findBySource(source) ?? models.insert(source, { model: lowered, modelSalt: randomFr() });
  return {
    report: { ...reportMessage(installed, lowered), registeredReasons: reasons, agreement },
    sealedConformance: await seal(encodeModelOpening(installed.committed), 'conformance', fairnessKey),
  };
}

async function receive(
  requests: AsyncIterable<prover.InstallModelRequest>,
): Promise<{ header: prover.InstallModelHeader; file: Uint8Array }> {
  let header: prover.InstallModelHeader | undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const { payload } of requests) {
    if (payload?.$case === 'header' && header === undefined && chunks.length === 0) header = payload.value;
    else if (payload?.$case === 'chunk' && header !== undefined) {
      size += payload.value.length;
      if (size > MAX_MODEL_BYTES) throw fieldViolation('chunk', `a file has at most ${MAX_MODEL_BYTES} bytes`);
      chunks.push(payload.value);
    } else throw fieldViolation('payload', 'must be one header, then chunks');
  }
  if (header === undefined) throw fieldViolation('header', 'must be given');
  return { header, file: Uint8Array.from(Buffer.concat(chunks)) };
}

function checkDescription({ scope, name, version, sha256 }: contract.ModelDescription, file: Uint8Array): void {
  const violations = new FieldViolations();
  violations.require(SCOPE_PATTERN.test(scope), 'header.model.scope', 'must be bank/product/period');
  violations.require(
    /^[a-z0-9-]{1,64}$/.test(name),
    'header.model.name',
    'must have 1 to 64 characters of a-z, 0-9 and -',
  );
  violations.require(
    /^[a-z0-9.-]{1,32}$/.test(version),
    'header.model.version',
    'must have 1 to 32 characters of a-z, 0-9, . and -',
  );
  violations.throwIfAny();
  if (Buffer.compare(createHash('sha256').update(file).digest(), sha256) !== 0) {
    throw new RpcError('DATA_LOSS', 'the chunks do not hash to header.model.sha256');
  }
}

function loweringOptions(
  { approveLabel, cutoff, inputs }: contract.ModelDescription,
  schema: Schema,
  prohibitedMask: bigint,
): LoweringOptions {
  if (cutoff === undefined) throw fieldViolation('header.model.cutoff', 'must be given');
  return {
    schema,
    approveLabel,
    cutoff: cutoff.$case === 'probability' ? { probability: cutoff.value } : { score: cutoff.value },
    prohibitedMask,
    ...(inputs.length > 0 && { inputs: [...inputs] }),
  };
}

/** Lowers the file and checks on random applicants that onnxruntime decides the same outside the band. */
async function lower(
  file: Uint8Array,
  options: LoweringOptions,
  circuits: ReadonlySet<string>,
  report: ReportProgress,
): Promise<{ lowered: LoweredModel; agreement: contract.AgreementReport }> {
  try {
    report('lowering', 0, 0);
    const lowered = lowerOnnx(file, options);
    requireCircuit(lowered, circuits);
    const agreement = await compareWithFloat(file, options, (done, rows) => report('comparing', done, rows));
    return { lowered, agreement };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new RpcError('INVALID_ARGUMENT', error.message, {
      reason: 'MODEL_REFUSED',
      metadata: { code: error.code, ...(error.place && { operator: error.place.operator, node: error.place.node }) },
      cause: error,
    });
  }
}

/** A model whose decisions nobody here could prove is not installed. */
function requireCircuit(model: LoweredModel, circuits: ReadonlySet<string>): void {
  const family = FAMILIES.find((known) => known.includes(model));
  if (family !== undefined && circuits.has(family.decision)) return;
  const message =
    family === undefined
      ? 'no circuit decides for models of this family and size'
      : `there is no key for ${family.decision}: make setup ALL=1, and start again`;
  throw new RpcError('FAILED_PRECONDITION', message, {
    reason: 'CIRCUIT_MISSING',
    metadata: { family: family?.name ?? model.family },
  });
}

/** The same file with the same description is the same model, and keeps its commitment. */
function sourceOf(description: contract.ModelDescription, file: Uint8Array): string {
  const hash = createHash('sha256').update(contract.ModelDescription.encode(description).finish());
  return hash.update(createHash('sha256').update(file).digest()).digest('hex');
}

function reportMessage(
  { commitment }: InstalledModel,
  { report }: LoweredModel,
): Omit<contract.ModelReport, 'registeredReasons' | 'agreement'> {
  return {
    modelCommitment: String(commitment),
    attributes: report.attributesRead,
    attributesWithoutEffect: report.attributesWithoutEffect,
    foldedOperators: report.operators,
    ...sizeMessage(report.size),
  };
}

function sizeMessage(size: ModelSize) {
  const none = { weights: 0, steps: 0, trees: 0, nodes: 0, treeRoom: 0, treeDepth: 0 };
  switch (size.family) {
    case 'additive':
      return { ...none, family: contract.ModelFamily.ADDITIVE, weights: size.weights, steps: size.steps };
    case 'trees': {
      const { trees, nodes, shape } = size;
      const room = { treeRoom: shape.trees, treeDepth: shape.depth };
      return { ...none, family: contract.ModelFamily.TREES, trees, nodes, ...room };
    }
    case 'network':
      return { ...none, family: contract.ModelFamily.NETWORK };
  }
}
