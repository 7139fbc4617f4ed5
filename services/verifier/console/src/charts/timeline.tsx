import type { Window } from '../api/types.ts';
import { windowHref } from '../ui/data.tsx';
import { utc } from '../words/time-words.ts';

/** From the first window's begin to the last one's end, for all scopes that are shown together. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The extent of some windows. */
export function extentOf(windows: readonly Window[]): Extent {
  return {
    from: Math.min(...windows.map(({ from }) => Date.parse(from))),
    to: Math.max(...windows.map(({ to }) => Date.parse(to))),
  };
}

/** A scope's windows where they lie in time; each leads to its page. */
export function Timeline(props: {
  readonly scope: string;
  readonly windows: readonly Window[];
  readonly extent: Extent;
}) {
  const { scope, windows, extent } = props;
  const length = Math.max(extent.to - extent.from, 1);
  const percent = (time: number): string => `${(100 * time) / length}%`;
  return (
    <ol class="timeline" aria-label={`Windows of ${scope}`}>
      {windows.map((window) => {
        const from = Date.parse(window.from);
        const state = window.overdue ? 'overdue' : window.state;
        return (
          <li
            key={window.number}
            class={`state-${state}`}
            style={{ left: percent(from - extent.from), width: percent(Date.parse(window.to) - from) }}
          >
            <a href={windowHref(scope, window.number)} title={`${utc(window.from)} to ${utc(window.to)}`}>
              <span class="number">{window.number}</span> <span class="state">{state}</span>
            </a>
          </li>
        );
      })}
    </ol>
  );
}
