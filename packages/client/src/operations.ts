import { type gateway, operation } from '@assay/contracts';
import { ClientError, present } from './error.ts';

/** The longest wait in one call. */
const WAIT_MS = 30_000;

/** Waits for an operation, with as many calls as it takes. */
export type WaitOnce = (operationId: string, deadlineMs: number) => Promise<gateway.Operation>;

/**
 * An operation once it has succeeded.
 *
 * @throws ClientError `OPERATION_FAILED`, or `TIMEOUT` when it is not finished within the time
 */
export async function waitForOperation(
  started: gateway.Operation,
  waitOnce: WaitOnce,
  timeoutMs: number,
): Promise<gateway.Operation> {
  const end = Date.now() + timeoutMs;
  let current = started;
  for (;;) {
    const { state, operationId, error } = present(current.status, 'operation status');
    switch (state) {
      case operation.OperationState.SUCCEEDED:
        return current;
      case operation.OperationState.FAILED: {
        const { reason, message } = present(error, 'operation error');
        throw new ClientError('OPERATION_FAILED', `operation failed, ${reason}: ${message}`, error);
      }
      default: {
        const remaining = end - Date.now();
        if (remaining <= 0) throw new ClientError('TIMEOUT', 'the operation is not finished within the time');
        current = await waitOnce(operationId, Math.min(remaining, WAIT_MS));
      }
    }
  }
}
