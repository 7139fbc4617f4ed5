import { percentOf, share } from '../words/time-words.ts';

/** One bar: a window's share, and the ceiling that was in force. */
export interface ShareBar {
  readonly window: number;
  readonly count: number;
  readonly of: number;
  readonly ceilingPermille: number | undefined;
  readonly over: boolean;
}

const WIDTH = 360;
const HEIGHT = 132;
const LEFT = 42;
const BOTTOM = 20;
const TOP = 10;

/** Shares of a scope's windows as bars, each under the line of its ceiling; the same figures follow as a table. */
export function ShareChart({ title, bars }: { readonly title: string; readonly bars: readonly ShareBar[] }) {
  const highest = Math.max(
    0.05,
    ...bars.map(shareOf),
    ...bars.map(({ ceilingPermille = 0 }) => ceilingPermille / 1000),
  );
  const top = Math.min(1, Math.ceil(highest * 12) / 10);
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const step = (WIDTH - LEFT - 6) / Math.max(6, bars.length);
  const over = bars.filter((bar) => bar.over).map(({ window }) => window);
  const label = `${title}: ${bars.length} windows, ${over.length === 0 ? 'none over its ceiling' : `over the ceiling in ${over.join(', ')}`}`;
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={WIDTH - 4} y1={y(value)} y2={y(value)} />
            <text class="axis" x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {Math.round(value * 100)} %
            </text>
          </g>
        ))}
        {bars.map((bar, i) => {
          const x = LEFT + i * step;
          return (
            <g key={bar.window}>
              <rect
                class={bar.over ? 'bar over' : 'bar'}
                x={x + step * 0.2}
                width={step * 0.6}
                y={y(shareOf(bar))}
                height={Math.max(1, y(0) - y(shareOf(bar)))}
              />
              {bar.over && (
                <text class="mark" x={x + step / 2} y={Math.max(TOP + 8, y(shareOf(bar)) - 4)} text-anchor="middle">
                  !
                </text>
              )}
              {bar.ceilingPermille !== undefined && (
                <line
                  class="ceiling"
                  x1={x}
                  x2={x + step}
                  y1={y(bar.ceilingPermille / 1000)}
                  y2={y(bar.ceilingPermille / 1000)}
                />
              )}
              {(bars.length <= 12 || i % Math.ceil(bars.length / 12) === 0) && (
                <text class="axis" x={x + step / 2} y={HEIGHT - 5} text-anchor="middle">
                  {bar.window}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details>
        <summary>Figures: {title.toLowerCase()}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Window</th>
              <th scope="col">Share</th>
              <th scope="col">Ceiling</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ window, count, of, ceilingPermille, over: isOver }) => (
              <tr key={window}>
                <td>{window}</td>
                <td>
                  {count} of {of} ({share(count, of)}){isOver && ', over'}
                </td>
                <td>{ceilingPermille === undefined ? '–' : percentOf(ceilingPermille)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function shareOf({ count, of }: ShareBar): number {
  return of === 0 ? 0 : count / of;
}
