import { type gateway, operation as operations } from '@assay/contracts';
import type { RpcError } from '@assay/rpc';
import type { Operation } from './operation.ts';
import type { ProgressBoard } from './progress-board.ts';

/** `google.rpc.Code` by name. */
const CODES: Readonly<Record<RpcError['code'], number>> = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
};

/** An operation as the contract shows it. */
export function operationMessage(operation: Operation, board: Pick<ProgressBoard, 'of'>): gateway.Operation {
  const { id, state, stage, result, error, createdAt, updatedAt } = operation;
  const progress = board.of(id) ?? { stage, completed: 0n, total: 0n };
  return {
    status: {
      operationId: id,
      state: operations.OperationState[state],
      progress: state === 'RUNNING' ? progress : undefined,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      error,
    },
    result,
  };
}

/** What an operation that a call's error ends says of it. */
export function operationError({ code, reason, message, fieldViolations }: RpcError): operations.OperationError {
  return {
    code: CODES[code],
    reason,
    message,
    fieldViolations: fieldViolations.map((violation) => ({ ...violation })),
  };
}
