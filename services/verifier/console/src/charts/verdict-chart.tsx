import type { PartitionVerdict, VerdictName } from '../api/types.ts';

/** A window with the verdicts that it was given. */
export interface VerdictColumn {
  readonly window: number;
  readonly verdicts: readonly PartitionVerdict[];
}

const ROW = 26;
const LEFT = 96;
const STEP = 30;

/** Verdicts of a scope over its windows, a row for each partition; shape and letter say what colour says. */
export function VerdictChart({ columns }: { readonly columns: readonly VerdictColumn[] }) {
  const names = [...new Set(columns.flatMap(({ verdicts }) => verdicts.filter(isUsed).map(({ name }) => name)))];
  const width = Math.max(360, LEFT + STEP * columns.length);
  const height = ROW * names.length + 22;
  return (
    <figure class="chart">
      <figcaption>Verdicts by window</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={inWords(columns)}>
        {names.map((name, row) => (
          <g key={name}>
            <text class="axis" x={LEFT - 10} y={row * ROW + 19} text-anchor="end">
              {name}
            </text>
            <line class="grid" x1={LEFT} x2={width - 4} y1={row * ROW + 15} y2={row * ROW + 15} />
            {columns.map(({ window, verdicts }, i) => {
              const verdict = verdicts.find((known) => known.name === name)?.verdict;
              return (
                verdict && <Mark key={window} verdict={verdict} x={LEFT + STEP * i + STEP / 2} y={row * ROW + 15} />
              );
            })}
          </g>
        ))}
        {columns.map(({ window }, i) => (
          <text class="axis" key={window} x={LEFT + STEP * i + STEP / 2} y={height - 5} text-anchor="middle">
            {window}
          </text>
        ))}
      </svg>
      <p class="legend">
        <LegendItem verdict="PASS" /> <LegendItem verdict="FAIL" /> <LegendItem verdict="INDETERMINATE" />
      </p>
    </figure>
  );
}

/** PASS is a disc, FAIL a square with a cross, INDETERMINATE an empty diamond. */
function Mark({ verdict, x, y }: { readonly verdict: VerdictName; readonly x: number; readonly y: number }) {
  switch (verdict) {
    case 'PASS':
      return <circle class="verdict-pass" cx={x} cy={y} r={7} />;
    case 'FAIL':
      return (
        <g class="verdict-fail">
          <rect x={x - 8} y={y - 8} width={16} height={16} />
          <path d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} />
        </g>
      );
    case 'INDETERMINATE':
      return <path class="verdict-open" d={`M${x} ${y - 8}l8 8l-8 8l-8 -8z`} />;
    default:
      return null;
  }
}

function LegendItem({ verdict }: { readonly verdict: VerdictName }) {
  return (
    <span class="legend-item">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <Mark verdict={verdict} x={10} y={10} />
      </svg>
      {verdict}
    </span>
  );
}

function inWords(columns: readonly VerdictColumn[]): string {
  const windows = columns.map(({ window, verdicts }) => {
    const each = verdicts.filter(isUsed).map(({ name, verdict }) => `${name} ${verdict}`);
    return `window ${window}: ${each.length === 0 ? 'no verdict' : each.join(', ')}`;
  });
  return `Verdicts by window. ${windows.join('; ')}`;
}

function isUsed({ verdict }: PartitionVerdict): boolean {
  return verdict !== 'UNUSED';
}
