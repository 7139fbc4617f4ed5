import type { TraceContext } from '@assay/bus';
import type { Verdict } from '@assay/statements';
import type { FailureCode } from './operation-failure.ts';

/** What is to be proved, without its secrets. */
export type Task =
  | {
      readonly kind: 'conformance';
      readonly scope: string;
      /** Decimal. */
      readonly modelCommitment: string;
      readonly modelName: string;
      readonly modelVersion: string;
    }
  | { readonly kind: 'fairness'; readonly scope: string; readonly number: number; readonly manualOnly: boolean };

/** The verdict of a partition, with the partition's name; empty for one that is not used. */
export interface NamedVerdict {
  readonly name: string;
  readonly verdict: Verdict;
}

/** Where an operation that runs stands. */
export type Stage = 'queued' | 'archiving';

/** An operation as it is stored. Times are milliseconds since 1970. */
export interface Operation {
  readonly id: string;
  readonly task: Task;
  readonly state: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** Meaningful while it runs. */
  readonly stage: Stage;
  /** Hex digest of the envelope, once it is proved. */
  readonly digest: string | undefined;
  readonly verdicts: readonly NamedVerdict[];
  /** Leaf index, once the archive has it. */
  readonly index: number | undefined;
  readonly error: { readonly code: FailureCode; readonly reason: string; readonly message: string } | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The call that started it. */
  readonly trace: TraceContext | undefined;
}
