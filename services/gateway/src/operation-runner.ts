import { contextOfTrace } from '@assay/bus';
import { type gateway, operation as operations, type prover, verifier } from '@assay/contracts';
import { type RpcCode, RpcError } from '@assay/rpc';
import { type Logger, withSpan } from '@assay/telemetry';
import { registrationPayload } from '@assay/verify';
import type { Changes } from './changes.ts';
import type { Clients } from './clients.ts';
import { installModel } from './install-model.ts';
import type { Operation, Task } from './operation.ts';
import { operationError } from './operation-message.ts';
import type { OperationStore, SealedInputs } from './operation-store.ts';
import type { ProgressBoard } from './progress-board.ts';
import type { ProverKeys } from './prover-keys.ts';
import { decodeUpload } from './register-model.ts';
import { sumWindow } from './window-sums.ts';

/** What operations are run with. */
export interface RunnerOptions {
  readonly operations: OperationStore;
  readonly board: ProgressBoard;
  readonly clients: Clients;
  readonly keys: ProverKeys;
  readonly changes: Changes;
  readonly bank: string;
  readonly logger: Logger;
  /** First wait before asking or trying again, in milliseconds; doubles up to 10 s. Default 250. */
  readonly retryMs?: number;
}

const MAX_RETRY_MS = 10_000;
/** How often an error is taken for passing that does not say so. */
const UNCLEAR_ATTEMPTS = 5;
/** Operations that run at once. */
const CONCURRENCY = 4;
const { SUCCEEDED, FAILED } = operations.OperationState;

const PASSING: ReadonlySet<RpcCode> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'CANCELLED']);
const UNCLEAR: ReadonlySet<RpcCode> = new Set(['INTERNAL', 'UNKNOWN']);

/** Carries operations out, each from the step that is stored; what is unfinished when the process ends goes on in the next. */
export class OperationRunner {
  readonly #options: RunnerOptions;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Starts what waits. */
  wake(): void {
    if (this.#stop.signal.aborted || this.#running.size >= CONCURRENCY) return;
    for (const operation of this.#options.operations.running()) {
      if (this.#running.size >= CONCURRENCY) return;
      if (this.#running.has(operation.id)) continue;
      const done = this.#run(operation).finally(() => {
        this.#running.delete(operation.id);
        this.wake();
      });
      this.#running.set(operation.id, done);
    }
  }

  /** Starts nothing more and waits for the steps that are being carried out. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  async #run({ id, task, trace }: Operation): Promise<void> {
    const { operations: store, board, changes, logger } = this.#options;
    const span = { parent: contextOfTrace(trace), attributes: { 'assay.operation_id': id, 'assay.stage': task.kind } };
    for (let attempt = 1; !this.#stop.signal.aborted; attempt++) {
      try {
        await withSpan('operation', span, () => this.#carryOut(id, task));
        break;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const failure = failureOf(error, attempt);
        logger.warn('operation step failed', { operationId: id, attempt, code: failure?.reason, error });
        if (failure !== undefined) {
          store.fail(id, failure);
          break;
        }
        await this.#pause(attempt);
      }
    }
    board.clear(id);
    changes.changed(id);
  }

  async #carryOut(id: string, task: Task): Promise<void> {
    const { operations: store, board, changes } = this.#options;
    let inputs = store.sealedInputs(id);
    if (inputs === undefined) {
      inputs = await this.#makeInputs(id, task);
      store.passOn(id, inputs);
      board.clear(id);
      changes.changed(id);
    }
    let proverOperation = store.proverOperation(id);
    if (proverOperation === undefined) {
      proverOperation = await this.#startProof(id, task, inputs);
      store.setProverOperation(id, proverOperation);
    }
    const proved = await this.#awaitProof(id, proverOperation);
    if (proved !== undefined) store.succeed(id, await this.#result(task, proved, inputs));
  }

  async #makeInputs(id: string, task: Task): Promise<SealedInputs> {
    const { operations: store, board, clients, keys, retryMs = 250 } = this.#options;
    const recipient = await keys.fairnessSealingJwk();
    if (task.kind === 'fairness') return { sealed: await sumWindow(task, recipient, clients) };
    const upload = store.secret(id);
    if (upload === undefined) throw new RpcError('DATA_LOSS', 'the upload is gone', { reason: 'UPLOAD_MISSING' });
    const installation = {
      ...{ id, upload: decodeUpload(upload), recipientJwk: recipient, everyMs: retryMs },
      onProgress: (progress: operations.OperationProgress) => board.set(id, progress),
    };
    const { report, sealedConformance } = await installModel(installation, clients.kyc);
    if (report === undefined) throw new RpcError('INTERNAL', 'the prover gave no report');
    return { sealed: sealedConformance, report };
  }

  /** The operation's own id is the request's: however often it is started, it is one. */
  async #startProof(id: string, task: Task, { sealed, report }: SealedInputs): Promise<string> {
    const { fairness } = this.#options.clients;
    const { scope } = task;
    const { operation } =
      task.kind === 'fairness'
        ? await fairness.call.proveFairness({ ...task, requestId: id, sealedSums: sealed })
        : await fairness.call.proveConformance({
            requestId: id,
            modelCommitment: report?.modelCommitment ?? '',
            scope,
            modelName: task.name,
            modelVersion: task.version,
            sealedInputs: sealed,
          });
    const started = operation?.status?.operationId;
    if (started === undefined) throw new RpcError('INTERNAL', 'the prover started no operation');
    return started;
  }

  /** Asks until the prover's operation is finished; `undefined` when this runner stops first. */
  async #awaitProof(id: string, operationId: string): Promise<prover.ProvedStatement | undefined> {
    const { clients, board, changes, retryMs = 250 } = this.#options;
    for (let round = 0; !this.#stop.signal.aborted; round++) {
      // What the archive says of such statements ends the wait early.
      const news = changes.next('operations', this.#stop.signal, Math.min(2_000, retryMs * 2 ** Math.min(round, 5)));
      const { operation } = await clients.fairness.call.getOperation({ operationId });
      const status = operation?.status;
      if (status?.state === SUCCEEDED && operation?.proved !== undefined) return operation.proved;
      if (status?.state === FAILED) throw new ProofFailed(status.error);
      if (status?.progress !== undefined) board.set(id, status.progress);
      await news;
    }
    return undefined;
  }

  async #result(
    task: Task,
    { statement, verdicts }: prover.ProvedStatement,
    { report }: SealedInputs,
  ): Promise<NonNullable<gateway.Operation['result']>> {
    if (task.kind === 'fairness') {
      return { $case: 'windowFairness', value: { manualOnly: task.manualOnly, statement, verdicts } };
    }
    const { scope, name, version } = task;
    const modelCommitment = report?.modelCommitment ?? '';
    const conformance = Buffer.from(statement?.digest ?? []).toString('hex');
    const told = report?.registeredReasons ? { reasons: JSON.parse(report.registeredReasons) as unknown } : {};
    const body = { bank: this.#options.bank, scope, name, version, modelCommitment, conformance, ...told };
    const payload = registrationPayload('model', body, await this.#modelInForce(scope));
    return { $case: 'registeredModel', value: { report, conformance: statement, registrationPayload: payload } };
  }

  /** Digest of the registration that a model's replaces; `undefined` for a scope's first. */
  async #modelInForce(scope: string): Promise<string | undefined> {
    const { registrations } = await this.#options.clients.registry.call.getInForce({ scope });
    const digest = registrations.find(({ kind }) => kind === verifier.RegistrationKind.MODEL)?.digest;
    return digest === undefined ? undefined : Buffer.from(digest).toString('hex');
  }

  async #pause(attempt: number): Promise<void> {
    const { changes, retryMs = 250 } = this.#options;
    await changes.next('', this.#stop.signal, Math.min(MAX_RETRY_MS, retryMs * 2 ** Math.min(attempt - 1, 10)));
  }
}

/** The fairness prover's operation failed; its error is this one's. */
class ProofFailed extends Error {
  override readonly name = 'ProofFailed';
  readonly error: operations.OperationError | undefined;

  constructor(error: operations.OperationError | undefined) {
    super('the proof failed');
    this.error = error;
  }
}

/** Why an operation fails for good; `undefined` when trying again may help. */
function failureOf(error: unknown, attempt: number): operations.OperationError | undefined {
  if (error instanceof ProofFailed && error.error !== undefined) return error.error;
  if (error instanceof RpcError) {
    if (PASSING.has(error.code)) return undefined;
    if (UNCLEAR.has(error.code) && attempt < UNCLEAR_ATTEMPTS) return undefined;
    if (!UNCLEAR.has(error.code)) return operationError(error);
  }
  return operationError(new RpcError('INTERNAL', 'the operation could not be carried out'));
}
