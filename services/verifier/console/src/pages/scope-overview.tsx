import type { Share, Window } from '../api/types.ts';
import { ShareChart } from '../charts/share-chart.tsx';
import { type Extent, Timeline } from '../charts/timeline.tsx';
import { VerdictChart } from '../charts/verdict-chart.tsx';
import { href } from '../route.ts';
import { StateBadge, VerdictBadge } from '../ui/badge.tsx';
import { StatementLink, Time, windowHref } from '../ui/data.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { share } from '../words/time-words.ts';

/** One scope on the overview: its windows in time, as a table, and as charts. */
export function ScopeOverview(props: {
  readonly scope: string;
  readonly windows: readonly Window[];
  readonly extent: Extent;
}) {
  const { scope, windows, extent } = props;
  // Of a window whose envelopes were removed nothing is known that a bar could show.
  const known = windows.filter(({ state }) => state !== 'pruned');
  const bars = (pick: (window: Window) => Share) =>
    known.map((window) => {
      const { count, of, ceilingPermille, over } = pick(window);
      return { window: window.number, count, of, ceilingPermille, over };
    });
  const proved = windows.filter(({ fairness }) => fairness.length > 0);
  return (
    <article class="scope" aria-label={`Scope ${scope}`}>
      <h3>
        <a href={href(['rules'], { scope })}>{scope}</a>
      </h3>
      <Timeline scope={scope} windows={windows} extent={extent} />
      <Table
        caption={`Windows of ${scope}`}
        columns={COLUMNS}
        rows={[...windows].reverse()}
        rowKey={({ number }) => String(number)}
      />
      <div class="charts">
        <VerdictChart
          columns={proved.map((window) => ({ window: window.number, verdicts: window.fairness[0]!.verdicts }))}
        />
        <ShareChart title="Referred to a person" bars={bars(({ referrals }) => referrals)} />
        <ShareChart title="Withdrawn" bars={bars(({ withdrawals }) => withdrawals)} />
      </div>
    </article>
  );
}

const COLUMNS: readonly Column<Window>[] = [
  { head: 'Window', number: true, cell: ({ scope, number }) => <a href={windowHref(scope, number)}>{number}</a> },
  { head: 'From (UTC)', cell: ({ from }) => <Time at={from} /> },
  { head: 'State', cell: ({ state, overdue }) => <StateBadge state={overdue ? 'overdue' : state} /> },
  {
    head: 'Verdicts',
    cell: ({ fairness }) =>
      fairness.length === 0
        ? '–'
        : fairness.map(({ closings, digest, verdicts }) => (
            <span class="verdicts" key={closings}>
              {closings === 'manual' && <StatementLink name={digest}>manual closings: </StatementLink>}
              {verdicts
                .filter(({ verdict }) => verdict !== 'UNUSED')
                .map(({ name, verdict }) => (
                  <span class="verdict" key={name}>
                    {name} <VerdictBadge verdict={verdict} />
                  </span>
                ))}
            </span>
          )),
  },
  { head: 'Intakes', number: true, cell: ({ state, totals }) => (state === 'pruned' ? '–' : totals.intakes) },
  { head: 'Open', number: true, cell: ({ state, totals }) => (state === 'pruned' ? '–' : totals.open) },
  { head: 'Referred', number: true, cell: ({ referrals: { count, of } }) => `${count} (${share(count, of)})` },
  { head: 'Withdrawn', number: true, cell: ({ withdrawals: { count, of } }) => `${count} (${share(count, of)})` },
];
