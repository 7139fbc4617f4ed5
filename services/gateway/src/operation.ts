import type { TraceContext } from '@assay/bus';
import type { gateway, operation } from '@assay/contracts';

/** What an operation does, as far as it is no secret. */
export type Task =
  | { readonly kind: 'register-model'; readonly scope: string; readonly name: string; readonly version: string }
  | { readonly kind: 'fairness'; readonly scope: string; readonly number: number; readonly manualOnly: boolean };

/** What a running operation is at: making the sealed inputs, waiting for the prover that has them. */
export type Stage = 'lowering' | 'summing' | 'proving';

/** An operation as it is stored. Times are milliseconds since 1970. */
export interface Operation {
  readonly id: string;
  readonly task: Task;
  readonly state: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly stage: Stage;
  readonly result: gateway.Operation['result'];
  readonly error: operation.OperationError | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly trace: TraceContext | undefined;
}
