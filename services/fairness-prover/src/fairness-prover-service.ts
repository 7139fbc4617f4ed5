import { createHash, randomUUID } from 'node:crypto';
import { captureTrace } from '@assay/bus';
import { prover } from '@assay/contracts';
import { FIELD_ORDER } from '@assay/field';
import { FieldViolations, fieldViolation, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import { publicSealingKey, SealError, type SealingKey, unseal } from '@assay/seal';
import { decodeModelOpening, decodeTallyOpening, modelCommitment, StatementError } from '@assay/statements';
import { bankOfScope, SCOPE_PATTERN } from '@assay/verify';
import { context } from '@opentelemetry/api';
import type { Operation, Task } from './operation.ts';
import { operationMessage } from './operation-message.ts';
import type { OperationRunner } from './operation-runner.ts';
import type { OperationStore } from './operation-store.ts';

/** What the service's methods work with. */
export interface FairnessProverContext {
  readonly store: OperationStore;
  readonly runner: Pick<OperationRunner, 'wake'>;
  readonly bank: string;
  readonly sealingKey: SealingKey;
  /** Raw Ed25519 key of the envelopes. */
  readonly envelopeKey: Uint8Array;
  /** Operations that may be unproved at once. */
  readonly queueLimit: number;
}

/** When a caller may come again while the queue is full: about the time of one proof. */
const QUEUE_RETRY_MS = 5_000;
/** Largest JWE: 100 trees of depth 6 have some 330 kilobytes, sums and other models a few. */
const MAX_SEALED_BYTES = 1_048_576;

type Service = typeof prover.FairnessProverServiceService;

/** The fairness prover's methods. */
export function fairnessProverService(work: FairnessProverContext): ServedService {
  const handlers: Handlers<Service> = {
    proveConformance: async (request) => ({ operation: operationMessage(await startConformance(request, work)) }),
    proveFairness: async (request) => ({ operation: operationMessage(await startFairness(request, work)) }),
    getOperation: async ({ operationId }) => {
      const operation = work.store.find(operationId);
      if (operation === undefined) throw new RpcError('NOT_FOUND', 'no such operation');
      return { operation: operationMessage(operation) };
    },
    getPublicKey: async () => ({
      sealingJwk: new TextEncoder().encode(JSON.stringify(publicSealingKey(work.sealingKey))),
      envelopeKey: work.envelopeKey,
    }),
  };
  return serve(prover.FairnessProverServiceService, handlers);
}

async function startConformance(
  request: prover.ProveConformanceRequest,
  work: FairnessProverContext,
): Promise<Operation> {
  const { requestId, modelCommitment: commitment, scope, modelName, modelVersion, sealedInputs } = request;
  const violations = commonViolations(requestId, scope, work.bank);
  const isElement = /^(0|[1-9][0-9]{0,76})$/.test(commitment) && BigInt(commitment) < FIELD_ORDER;
  violations.require(isElement, 'model_commitment', 'must be a field element');
  violations.require(/^[a-z0-9-]{1,64}$/.test(modelName), 'model_name', 'must have 1 to 64 characters of [a-z0-9-]');
  violations.require(
    /^[a-z0-9.-]{1,32}$/.test(modelVersion),
    'model_version',
    'must have 1 to 32 characters of [a-z0-9.-]',
  );
  requireSealed(violations, sealedInputs, 'sealed_inputs');
  violations.throwIfAny();
  const task: Task = { kind: 'conformance', scope, modelCommitment: commitment, modelName, modelVersion };
  return await start(requestId, task, sealedInputs, work, async () => {
    const opening = decodeModelOpening(await unseal(sealedInputs, 'conformance', work.sealingKey));
    if (String(modelCommitment(opening)) === commitment) return;
    throw fieldViolation('model_commitment', 'must be the commitment of the sealed model');
  });
}

async function startFairness(request: prover.ProveFairnessRequest, work: FairnessProverContext): Promise<Operation> {
  const { requestId, scope, number, manualOnly, sealedSums } = request;
  const violations = commonViolations(requestId, scope, work.bank);
  violations.require(number >= 1 && number <= 1_000_000_000, 'number', 'must be the number of a window, from 1');
  requireSealed(violations, sealedSums, 'sealed_sums');
  violations.throwIfAny();
  const task: Task = { kind: 'fairness', scope, number, manualOnly };
  return await start(requestId, task, sealedSums, work, async () => {
    const sums = decodeTallyOpening(await unseal(sealedSums, 'window-sums', work.sealingKey));
    if (sums.scope === scope && sums.number === number && sums.manualOnly === manualOnly) return;
    throw fieldViolation('sealed_sums', 'must be the sums of this window');
  });
}

/** Stores an operation, once for each request id. The sealed bytes are not compared: sealing the same twice differs. */
async function start(
  requestId: string,
  task: Task,
  sealed: Uint8Array,
  work: FairnessProverContext,
  checkSealed: () => Promise<void>,
): Promise<Operation> {
  const { store, runner, queueLimit } = work;
  const requestHash = createHash('sha256').update(JSON.stringify(task)).digest('hex');
  const before = known(requestId, requestHash, store);
  if (before !== undefined) return before;
  if (store.queued().length >= queueLimit) {
    throw new RpcError('RESOURCE_EXHAUSTED', 'too many statements wait to be proved', {
      reason: 'QUEUE_FULL',
      retryDelayMs: QUEUE_RETRY_MS,
    });
  }
  await checkSealed();
  // The same call may have come twice while the first one's seal was opened.
  const meanwhile = known(requestId, requestHash, store);
  if (meanwhile !== undefined) return meanwhile;
  const trace = captureTrace(context.active());
  const operation = store.insert({ id: randomUUID(), requestId, requestHash, task, sealed, trace });
  runner.wake();
  return operation;
}

function known(requestId: string, requestHash: string, store: OperationStore): Operation | undefined {
  const found = store.findByRequest(requestId);
  if (found === undefined || found.requestHash === requestHash) return found?.operation;
  throw new RpcError('ALREADY_EXISTS', 'the request_id was used for another request', { reason: 'REQUEST_ID_REUSED' });
}

function commonViolations(requestId: string, scope: string, bank: string): FieldViolations {
  const violations = new FieldViolations();
  violations.require(
    /^[A-Za-z0-9_-]{8,64}$/.test(requestId),
    'request_id',
    'must have 8 to 64 characters of [A-Za-z0-9_-]',
  );
  violations.require(
    SCOPE_PATTERN.test(scope) && bankOfScope(scope) === bank,
    'scope',
    'must be bank/product/period, of this bank',
  );
  return violations;
}

function requireSealed(violations: FieldViolations, sealed: Uint8Array, field: string): void {
  const fits = sealed.length > 0 && sealed.length <= MAX_SEALED_BYTES;
  violations.require(fits, field, `must be a compact JWE of at most ${MAX_SEALED_BYTES} bytes`);
}

/** What callers see of the errors of sealed messages: one answer, whatever is wrong with the contents. */
export function mapError(error: unknown): RpcError | undefined {
  if (!(error instanceof SealError) && !(error instanceof StatementError)) return undefined;
  return new RpcError(
    'INVALID_ARGUMENT',
    'the sealed message does not open with this key, or is not what it should be',
    {
      reason: 'SEAL_REFUSED',
      cause: error,
    },
  );
}
