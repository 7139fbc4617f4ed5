import { operation as operations, type prover, statement } from '@assay/contracts';
import type { Verdict } from '@assay/statements';
import type { NamedVerdict, Operation } from './operation.ts';
import type { FailureCode } from './operation-failure.ts';

const STATES = {
  RUNNING: operations.OperationState.RUNNING,
  SUCCEEDED: operations.OperationState.SUCCEEDED,
  FAILED: operations.OperationState.FAILED,
} as const;

/** `google.rpc.Code` of the codes that operations fail with. */
const CODES: Readonly<Record<FailureCode, number>> = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
};

const KINDS = {
  conformance: statement.StatementKind.CONFORMANCE,
  fairness: statement.StatementKind.FAIRNESS,
} as const;

const VERDICTS: Readonly<Record<Verdict, statement.Verdict>> = {
  unused: statement.Verdict.UNUSED,
  PASS: statement.Verdict.PASS,
  FAIL: statement.Verdict.FAIL,
  INDETERMINATE: statement.Verdict.INDETERMINATE,
};

const STAGES = { queued: 'proving', archiving: 'archiving' } as const;

/** An operation as the contract shows it. */
export function operationMessage(operation: Operation): prover.Operation {
  const { id, state, stage, error, createdAt, updatedAt } = operation;
  return {
    status: {
      operationId: id,
      state: STATES[state],
      progress: state === 'RUNNING' ? { stage: STAGES[stage], completed: 0n, total: 0n } : undefined,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      error: error && { code: CODES[error.code], reason: error.reason, message: error.message, fieldViolations: [] },
    },
    proved: state === 'SUCCEEDED' ? provedMessage(operation) : undefined,
  };
}

function provedMessage({ task, digest, index, verdicts }: Operation): prover.ProvedStatement {
  return {
    statement: {
      kind: KINDS[task.kind],
      digest: Buffer.from(digest!, 'hex'),
      result: statement.ArchiveResult.ACCEPTED,
      ...(index !== undefined && { index: BigInt(index) }),
      failedCheck: '',
      code: '',
    },
    verdicts: verdicts.map(verdictMessage),
  };
}

function verdictMessage({ name, verdict }: NamedVerdict, partition: number): statement.PartitionVerdict {
  return { partition, name, verdict: VERDICTS[verdict] };
}
