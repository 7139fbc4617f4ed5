import { ArchiveError } from '@assay/archive';
import { TlogError } from '@assay/tlog';
import { VerifyError } from '@assay/verify';
import { CliError } from './cli-error.ts';

/** Runs a check; what it finds wrong with an archive or a bundle is a failed check. @throws CliError `CHECK_FAILED` */
export async function asFailedCheck<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    const expected = cause instanceof VerifyError || cause instanceof ArchiveError || cause instanceof TlogError;
    throw expected ? new CliError('CHECK_FAILED', cause.message, { cause }) : cause;
  }
}
