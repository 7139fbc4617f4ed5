import { gateway, window as windows } from '@assay/contracts';
import { type Call, FieldViolations, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import type { Applications } from './applications.ts';
import type { Changes } from './changes.ts';
import { type EventFeedOptions, subscribeEvents } from './event-feed.ts';
import type { Operation } from './operation.ts';
import { operationMessage } from './operation-message.ts';
import type { OperationStore } from './operation-store.ts';
import type { ProgressBoard } from './progress-board.ts';
import { type RegisterModelOptions, registerModel } from './register-model.ts';
import { type RequestFairnessOptions, requestFairness } from './request-fairness.ts';
import { checkScope } from './validate-application.ts';
import { checkWindowName } from './window-reader.ts';

/** What the gateway's methods work with. */
export type GatewayContext = EventFeedOptions &
  RegisterModelOptions &
  RequestFairnessOptions & { readonly applications: Applications; readonly board: ProgressBoard };

type Service = typeof gateway.GatewayServiceService;

/** The answer to a wait comes so long before the call's deadline. */
const WAIT_MARGIN_MS = 1_000;
const MAX_PAGE = 200;

/** The methods that a bank's backend calls. */
export function gatewayService(context: GatewayContext): ServedService {
  const { applications, operations, board, changes } = context;
  const shown = (operation: Operation) => ({ operation: operationMessage(operation, board) });
  const handlers: Handlers<Service> = {
    registerModel: async (messages) => shown(await registerModel(messages, context)),
    getOperation: async ({ operationId }) => shown(findOperation(operations, operationId)),
    waitOperation: async (request, call) => shown(await waitOperation(request, call, operations, changes)),
    submitApplication: async (request) => ({ application: await applications.submit(request) }),
    getApplication: async ({ applicationId }) => ({ application: applications.get(applicationId) }),
    watchApplication: async function* ({ applicationId }, call) {
      for await (const application of applications.watch(applicationId, call)) yield { application };
    },
    decideReferred: async (request) => ({ application: await applications.decide(request) }),
    getDecisionNotice: async ({ applicationId }, call) => ({ notice: await applications.notice(applicationId, call) }),
    withdrawApplication: async (request) => ({ application: await applications.withdraw(request) }),
    requestFairness: async (request) => shown(await requestFairness(request, context)),
    getWindow: async ({ scope, number }) => {
      const violations = new FieldViolations();
      checkWindowName({ scope, number }, context.bank, violations);
      violations.throwIfAny();
      return { window: await context.windows.get(scope, number) };
    },
    listWindows: (request) => listWindows(request, context),
    subscribeEvents: (request, call) => subscribeEvents(request, call, context),
  };
  return serve(gateway.GatewayServiceService, handlers);
}

async function listWindows(
  request: gateway.ListWindowsRequest,
  context: GatewayContext,
): Promise<gateway.ListWindowsResponse> {
  const { OPEN, PROVED } = windows.WindowState;
  const violations = new FieldViolations();
  if (request.scope !== '') checkScope(request.scope, context.bank, violations);
  violations.require(request.pageSize <= MAX_PAGE, 'page_size', `must be at most ${MAX_PAGE}`);
  request.states.forEach((state, i) => {
    violations.require(state >= OPEN && state <= PROVED, `states[${i}]`, 'must be a state');
  });
  violations.throwIfAny();
  return await context.windows.list(request);
}

/** The operation once it is finished, or as it is when the wait is over. */
async function waitOperation(
  { operationId, timeout }: gateway.WaitOperationRequest,
  { deadline, signal, draining }: Pick<Call, 'deadline' | 'signal' | 'draining'>,
  operations: OperationStore,
  changes: Changes,
): Promise<Operation> {
  const asked = timeout === undefined ? Infinity : Number(timeout.seconds) * 1000 + timeout.nanos / 1e6;
  const end = Math.min(Date.now() + asked, deadline.getTime() - WAIT_MARGIN_MS);
  const ended = AbortSignal.any([signal, draining]);
  for (;;) {
    const changed = changes.next(operationId, ended, Math.max(0, end - Date.now()));
    const operation = findOperation(operations, operationId);
    if (operation.state !== 'RUNNING' || Date.now() >= end || ended.aborted) return operation;
    await changed;
  }
}

function findOperation(operations: OperationStore, id: string): Operation {
  const operation = operations.find(id);
  if (operation === undefined) throw new RpcError('NOT_FOUND', 'no such operation');
  return operation;
}
