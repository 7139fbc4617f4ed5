import type { GermanRow } from '../german/read.ts';

/** A row with its line in the file, the header being line 1. */
export interface SampledRow extends GermanRow {
  readonly line: number;
}

/**
 * Rows in the order of the file, as many of each sex on each side of 25 as `count` gives each, so that every group of both
 * partitions is large enough to be judged. The same file gives the same rows.
 *
 * @throws Error when the file has too few rows of some kind
 */
export function germanSample(rows: readonly GermanRow[], count: number): SampledRow[] {
  const each = Math.floor(count / 4);
  const taken = new Map<string, number>();
  const sample = rows
    .map((row, i) => ({ ...row, line: i + 2 }))
    .filter(({ values }) => {
      const kind = `${values.get('sex')} ${Number(values.get('age')) > 25}`;
      const before = taken.get(kind) ?? 0;
      taken.set(kind, before + 1);
      return before < each;
    });
  if (sample.length < 4 * each) throw new Error(`the file has too few rows for ${count} applications`);
  return sample;
}
