import { randomUUID } from 'node:crypto';
import { captureTrace } from '@assay/bus';
import { gateway, window as windows } from '@assay/contracts';
import { inTransaction } from '@assay/outbox';
import { FieldViolations, RpcError } from '@assay/rpc';
import { context } from '@opentelemetry/api';
import type { Database } from './database.ts';
import type { Operation } from './operation.ts';
import type { OperationRunner } from './operation-runner.ts';
import type { OperationStore } from './operation-store.ts';
import type { RequestLedger } from './request-ledger.ts';
import { checkRequestId } from './validate-application.ts';
import { checkWindowName, type WindowReader } from './window-reader.ts';

/** What a request is started with. */
export interface RequestFairnessOptions {
  readonly database: Database;
  readonly operations: OperationStore;
  readonly requests: RequestLedger;
  readonly windows: WindowReader;
  readonly runner: Pick<OperationRunner, 'wake'>;
  readonly bank: string;
}

const { READY, PROVED } = windows.WindowState;

/** Serves `GatewayService.RequestFairness`. A statement that is archived already is the operation's result at once. */
export async function requestFairness(
  request: gateway.RequestFairnessRequest,
  options: RequestFairnessOptions,
): Promise<Operation> {
  const { database, operations, requests, bank, runner } = options;
  const { requestId, scope, number, manualOnly } = request;
  const violations = new FieldViolations();
  checkRequestId(requestId, violations);
  checkWindowName({ scope, number }, bank, violations);
  violations.throwIfAny();
  const content = gateway.RequestFairnessRequest.encode(request).finish();
  const identity = requests.identify(requestId, 'RequestFairness', content);
  const before = requests.target(identity);
  if (before !== undefined) return operations.find(before)!;

  const window = await options.windows.get(scope, number);
  const archived = window.fairness.find((known) => known.manualOnly === manualOnly);
  if (window.state !== READY && window.state !== PROVED) {
    throw new RpcError('FAILED_PRECONDITION', 'the window is open, or an intake of it has no closing', {
      reason: 'WINDOW_NOT_READY',
    });
  }
  const id = randomUUID();
  const trace = captureTrace(context.active());
  const operation = inTransaction(database.db, () => {
    const meanwhile = requests.target(identity);
    if (meanwhile !== undefined) return operations.find(meanwhile)!;
    operations.insert({ id, task: { kind: 'fairness', scope, number, manualOnly }, stage: 'summing', trace });
    if (archived !== undefined) operations.succeed(id, { $case: 'windowFairness', value: archived });
    requests.record(identity, id);
    return operations.find(id)!;
  });
  runner.wake();
  return operation;
}
