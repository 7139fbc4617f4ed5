import type { Sighting } from '../api/archive-state.ts';
import { count, utc } from '../words/time-words.ts';

const WIDTH = 1200;
const HEIGHT = 120;
const LEFT = 64;

/** Sizes that the log had while this tab was open. */
export function SizeChart({ sightings }: { readonly sightings: readonly Sighting[] }) {
  const first = sightings[0];
  const last = sightings.at(-1);
  if (first === undefined || last === undefined) return null;
  const low = first.size;
  const high = Math.max(last.size, low + 1);
  const span = Math.max(last.at - first.at, 1);
  const x = (at: number): number => LEFT + ((WIDTH - LEFT - 12) * (at - first.at)) / span;
  const y = (size: number): number => 12 + (HEIGHT - 44) * (1 - (size - low) / (high - low));
  // The log grows in steps: it keeps its size until an entry comes.
  const path = sightings.map(({ at, size }, i) => (i === 0 ? `M${x(at)} ${y(size)}` : `H${x(at)}V${y(size)}`)).join('');
  const label = `Tree size in this session: ${count(low)} entries at ${utc(first.at)}, ${count(last.size)} at ${utc(last.at)}`;
  return (
    <figure class="chart wide">
      <figcaption>Tree size in this session</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {[low, high].map((size) => (
          <g key={size}>
            <line class="grid" x1={LEFT} x2={WIDTH - 8} y1={y(size)} y2={y(size)} />
            <text class="axis" x={LEFT - 8} y={y(size) + 4} text-anchor="end">
              {count(size)}
            </text>
          </g>
        ))}
        <path class="line" d={path} />
        <circle class="dot" cx={x(last.at)} cy={y(last.size)} r={3.5} />
        <text class="axis" x={LEFT} y={HEIGHT - 8}>
          {utc(first.at)}
        </text>
        <text class="axis" x={WIDTH - 8} y={HEIGHT - 8} text-anchor="end">
          {utc(last.at)}
        </text>
      </svg>
    </figure>
  );
}
