import type { RpcCode } from '@assay/rpc';

/** Codes that an operation may fail with here, by name. */
export type FailureCode = Extract<
  RpcCode,
  'INVALID_ARGUMENT' | 'NOT_FOUND' | 'FAILED_PRECONDITION' | 'ABORTED' | 'INTERNAL'
>;

/** Why an operation fails for good: what `OperationError` says of it. The message holds no weight, salt or count. */
export class OperationFailure extends Error {
  override readonly name = 'OperationFailure';
  readonly code: FailureCode;
  /** A stable name in UPPER_SNAKE_CASE. */
  readonly reason: string;

  constructor(code: FailureCode, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }
}
