import { setTimeout as delay } from 'node:timers/promises';
import { captureTrace, contextOfTrace } from '@assay/bus';
import { Groth16Error } from '@assay/groth16';
import { ProvingError, proofMessage, type StatementProver } from '@assay/proving';
import { RpcError } from '@assay/rpc';
import { type SealingKey, unseal } from '@assay/seal';
import { decodeModelOpening, decodeTallyOpening } from '@assay/statements';
import { type Logger, withSpan } from '@assay/telemetry';
import { formatTable } from '@assay/verify';
import { context } from '@opentelemetry/api';
import { type ConformanceWork, prepareConformance } from './conformance.ts';
import { type FairnessWork, prepareFairness, type VerifierClient } from './fairness.ts';
import type { Operation } from './operation.ts';
import { OperationFailure } from './operation-failure.ts';
import type { OperationStore } from './operation-store.ts';
import type { RegistryClient } from './registry-reader.ts';

/** What operations are run with. */
export interface RunnerOptions {
  readonly store: OperationStore;
  readonly prover: Pick<StatementProver, 'prove'>;
  readonly verifier: VerifierClient;
  readonly registry: RegistryClient;
  readonly sealingKey: SealingKey;
  readonly bank: string;
  /** Operations that run at once. */
  readonly workers: number;
  readonly logger: Logger;
  /** First wait before trying again, in milliseconds; doubles up to 30 s. Default 500. */
  readonly retryMs?: number;
}

/** The service's name in events, logs and traces. */
export const SERVICE = 'fairness-prover';

/** How often a proof is tried whose prover fails for a reason of its own. */
const PROVING_ATTEMPTS = 3;
const MAX_RETRY_MS = 30_000;

/**
 * Proves the operations that are stored as queued, oldest first, so many at once as there are workers. What is queued
 * when the process ends is proved by the next one.
 */
export class OperationRunner {
  readonly #options: RunnerOptions;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Starts what is queued, as far as there are free workers. */
  wake(): void {
    const { store, workers } = this.#options;
    if (this.#stop.signal.aborted || this.#running.size >= workers) return;
    for (const operation of store.queued()) {
      if (this.#running.size >= workers) return;
      if (!this.#running.has(operation.id)) this.#start(operation);
    }
  }

  /** Starts no more, and waits for those that run; what cannot finish now stays queued. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  #start(operation: Operation): void {
    const done = this.#run(operation).finally(() => {
      this.#running.delete(operation.id);
      this.wake();
    });
    this.#running.set(operation.id, done);
  }

  async #run(operation: Operation): Promise<void> {
    const { logger, retryMs = 500 } = this.#options;
    const parent = contextOfTrace(operation.trace);
    for (let attempt = 1; !this.#stop.signal.aborted; attempt++) {
      try {
        const attributes = { 'assay.operation_id': operation.id, 'assay.statement': operation.task.kind };
        await withSpan('operation', { parent, attributes }, () => this.#prove(operation));
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const failure = failureOf(error, attempt);
        const level = failure?.code === 'INTERNAL' ? 'error' : 'warn';
        logger[level]('operation not proved', { operationId: operation.id, attempt, code: failure?.reason, error });
        if (failure !== undefined) {
          this.#options.store.fail(operation.id, failure);
          return;
        }
        await this.#pause(Math.min(MAX_RETRY_MS, retryMs * 2 ** Math.min(attempt - 1, 10)));
      }
    }
  }

  async #prove(operation: Operation): Promise<void> {
    const { store, bank } = this.#options;
    const work = await this.#prepare(operation);
    if (store.adopt(operation.id, work.identity)) return;
    const { envelope, table, verdicts } = await this.#proveWork(work);
    const message = proofMessage({ service: SERVICE, bank }, work.statement, {
      envelope,
      ...(table && { table }),
      trace: captureTrace(context.active()),
    });
    store.proved(operation.id, { claim: work.identity, message, verdicts });
  }

  async #proveWork(work: ConformanceWork | FairnessWork) {
    const { prover } = this.#options;
    switch (work.statement) {
      case 'conformance':
        return { envelope: await prover.prove('conformance', work.claim, work.context), verdicts: [] };
      case 'fairness': {
        const envelope = await prover.prove('fairness', work.claim, work.context);
        return { envelope, table: formatTable(work.claim.table), verdicts: work.verdicts };
      }
    }
  }

  async #prepare({ id, task }: Operation): Promise<ConformanceWork | FairnessWork> {
    const { store, sealingKey, bank, registry, verifier } = this.#options;
    const sealed = store.sealed(id);
    if (sealed === undefined) throw new OperationFailure('INTERNAL', 'INPUT_MISSING', 'the sealed inputs are gone');
    if (task.kind === 'conformance') {
      const committed = decodeModelOpening(await unseal(sealed, 'conformance', sealingKey));
      return await prepareConformance(task, committed, bank, registry);
    }
    const { opening } = decodeTallyOpening(await unseal(sealed, 'window-sums', sealingKey));
    return await prepareFairness(task, opening, bank, { verifier, registry });
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) throw error;
    });
  }
}

/** Why an operation fails for good; `undefined` when trying again may help. */
function failureOf(error: unknown, attempt: number): OperationFailure | undefined {
  if (error instanceof OperationFailure) return error;
  if (error instanceof RpcError) return undefined;
  if (error instanceof ProvingError && error.code === 'CIRCUIT_MISSING')
    return new OperationFailure('FAILED_PRECONDITION', error.code, error.message);
  if (error instanceof Groth16Error) {
    switch (error.code) {
      case 'WITNESS_REJECTED':
        return new OperationFailure(
          'FAILED_PRECONDITION',
          'CLAIM_REFUSED',
          'the circuit refuses the claim: it is false',
        );
      case 'QUEUE_FULL':
      case 'ABORTED':
      case 'CLOSED':
        return undefined;
      case 'WORKER_DIED':
      case 'PROVER_FAILED':
      case 'SELF_CHECK_FAILED':
        if (attempt < PROVING_ATTEMPTS) return undefined;
    }
  }
  return new OperationFailure('INTERNAL', 'PROVING_FAILED', 'no proof could be made', { cause: error });
}
