import { assay as run } from '../src/assay.ts';

/** How a call of `assay` ended. */
export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `assay` as its entry point does, and keeps what it prints. */
export async function assay(...args: readonly string[]): Promise<Run> {
  const printed = { out: '', err: '' };
  const status = await run(args, {
    print: (line) => {
      printed.out += `${line}\n`;
    },
    complain: (line) => {
      printed.err += `${line}\n`;
    },
  });
  return { status, stdout: printed.out, stderr: printed.err };
}
