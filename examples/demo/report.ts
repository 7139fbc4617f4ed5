/** A row of the closing table: what, and what was found. */
export type Row = readonly [label: string, value: string];

/** The rows as a table with ruled edges. */
export function formatTable(title: string, rows: readonly Row[]): string[] {
  const left = Math.max(...rows.map(([label]) => label.length));
  const right = Math.max(title.length - left - 3, ...rows.map(([, value]) => value.length));
  const rule = `+${'-'.repeat(left + 2)}+${'-'.repeat(right + 2)}+`;
  return [
    `+${'-'.repeat(left + right + 5)}+`,
    `| ${title.padEnd(left + right + 3)} |`,
    rule,
    ...rows.map(([label, value]) => `| ${label.padEnd(left)} | ${value.padEnd(right)} |`),
    rule,
  ];
}

/** Seconds or milliseconds, whichever reads better. */
export function duration(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}
