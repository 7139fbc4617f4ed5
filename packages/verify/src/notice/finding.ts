import { VerifyError } from '../error.ts';

/** What a check of a notice finds, with what later checks need of it. */
export interface Finding<T = undefined> {
  readonly finding: string;
  /** False where the notice or the caller does not give what the check needs. Default true. */
  readonly made?: boolean;
  readonly value: T;
}

/** Ends a check that fails. @throws VerifyError `notice` */
export function refuse(finding: string): never {
  throw new VerifyError('notice', finding);
}
