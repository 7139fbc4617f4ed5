import type { operation } from '@assay/contracts';

/** What this package itself fails with; failed calls are `RpcError`. */
export type ClientErrorCode =
  /** An operation ended in failure; `operationError` says why. */
  | 'OPERATION_FAILED'
  /** The server's answer lacks what its contract promises. */
  | 'BAD_RESPONSE'
  /** What is to be uploaded is empty or too large. */
  | 'UPLOAD_REFUSED'
  /** A wait ended before what was waited for. */
  | 'TIMEOUT';

/** An error of this package. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /** Set for `OPERATION_FAILED`. */
  readonly operationError: operation.OperationError | undefined;

  constructor(code: ClientErrorCode, message: string, operationError?: operation.OperationError) {
    super(message);
    this.code = code;
    this.operationError = operationError;
  }
}

/** The message that a contract promises. @throws ClientError `BAD_RESPONSE` */
export function present<T>(message: T | undefined, name: string): T {
  if (message === undefined) throw new ClientError('BAD_RESPONSE', `the response has no ${name}`);
  return message;
}
