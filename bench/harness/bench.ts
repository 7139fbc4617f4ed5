import type { Table } from './table.ts';

/** One measurement: its results as JSON, and the same as a table for people. */
export interface Report {
  readonly results: unknown;
  readonly table: Table;
}

/** How a bench is run. */
export interface BenchOptions {
  /** Repetitions whose median is reported; one more, not counted, comes before them. */
  readonly runs: number;
  /** Told what is being measured: benches take minutes. */
  readonly onProgress: (what: string) => void;
}

/** A bench: a name for the command line and what it measures. It asserts what must hold, and never a duration. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  run(options: BenchOptions): Promise<Report>;
}
