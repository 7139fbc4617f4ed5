import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** What a run leaves for programs, in `summary.json`. Paths are relative to the checkout. */
export interface Summary {
  readonly applications: number;
  /** Statements in the archive, as the offline check counts them. */
  readonly archived: number;
  /** Statements that had to be archived: see `expectedStatements`. */
  readonly expected: number;
  /** Entries of refused envelopes. */
  readonly rejected: number;
  /** By partition. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly traces: { readonly applications: number; readonly connected: number };
  /** From submission to the checked receipt. */
  readonly latencyMs: { readonly p50: number; readonly p95: number };
  /** What made the proofs, in its own words: `groth16/native-` with its arithmetic, or `groth16/snarkjs`. */
  readonly provingSystem: string;
  /** Log witnesses that cosigned the checkpoint, as the offline check names them. */
  readonly cosigners: readonly string[];
  readonly archiveDir: string;
  readonly trustFile: string;
  /** What was tried, and the code under which the verifier named it. */
  readonly cheat?: { readonly name: string; readonly namedBy: string; readonly where: string };
}

const ROOT = resolve(import.meta.dirname, '../..');

/** A path as the summary and the commands to try show it. */
export function fromCheckout(path: string): string {
  return relative(ROOT, path);
}

/** Writes the summary. */
export function writeSummary(path: string, summary: Summary): void {
  writeFileSync(path, `${JSON.stringify(summary, undefined, 2)}\n`);
}

/** The value below which the share `q` of the values lies (nearest rank), rounded to whole milliseconds. */
export function percentile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0);
}
