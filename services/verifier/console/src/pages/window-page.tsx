import { getJson } from '../api/request.ts';
import type { Share, WindowDetail } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { href } from '../route.ts';
import { Badge, StateBadge, VerdictBadge } from '../ui/badge.tsx';
import { Digest, Fact, Facts, StatementLink, Time } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Show } from '../ui/status.tsx';
import { count, percentOf, share, span } from '../words/time-words.ts';
import { ClosingsTable } from './closings-table.tsx';

/** One window: its counts, its verdicts, what it is held to, and its intakes. */
export function WindowPage({ scope, number }: { readonly scope: string; readonly number: number }) {
  const window = useLoaded(`window/${scope}/${number}`, (signal) =>
    getJson<WindowDetail>(`/v1/windows/${scope}/${number}`, {}, signal),
  );
  return (
    <Page title={`Window ${number} of ${scope}`}>
      <Show of={window} what="the window">
        {(detail) => (
          <>
            <Summary window={detail} />
            <Verdicts window={detail} />
            <ClosingsTable scope={scope} number={number} />
          </>
        )}
      </Show>
    </Page>
  );
}

function Summary({ window }: { readonly window: WindowDetail }) {
  const { scope, number, firstSlot, from, to, state, overdue, totals, referrals, withdrawals, rules, treeSize } =
    window;
  return (
    <Section id="summary" title="Summary" note={`Computed from ${count(treeSize)} entries`}>
      <Facts>
        <Fact name="State">
          <StateBadge state={state} /> {overdue && <Badge tone="bad">overdue</Badge>}
        </Fact>
        <Fact name="Period">
          <Time at={from} /> to <Time at={to} />,{' '}
          {firstSlot === number ? `slot ${number}` : `slots ${firstSlot} to ${number}`}
        </Fact>
        {state === 'pruned' ? (
          <Fact name="Intakes">
            not known any more: its envelopes were removed when their retention ended; the log keeps their digests
          </Fact>
        ) : (
          <>
            <Fact name="Intakes">
              {count(totals.intakes)}, of which {count(totals.open)} open, {count(totals.closed)} closed (
              {count(totals.manual)} by a person)
            </Fact>
            <Fact name="Referred to a person">
              <ShareWords share={referrals} />
            </Fact>
            <Fact name="Withdrawn">
              <ShareWords share={withdrawals} />
            </Fact>
          </>
        )}
        {rules !== undefined && (
          <Fact name="Held to">
            closing within {span(rules.closingDeadlineSeconds)} of admission; the window extends until it has{' '}
            {count(rules.minimumTotal)} intakes
          </Fact>
        )}
        <Fact name="Statements">
          <a href={href(['statements'], { scope, window: number })}>All statements of this window</a>
        </Fact>
      </Facts>
    </Section>
  );
}

function ShareWords({ share: { count: part, of, ceilingPermille, over } }: { readonly share: Share }) {
  return (
    <>
      {count(part)} of {count(of)} ({share(part, of)})
      {ceilingPermille !== undefined && `; the ceiling is ${percentOf(ceilingPermille)}`}{' '}
      {over && <Badge tone="bad">over</Badge>}
    </>
  );
}

function Verdicts({ window: { fairness } }: { readonly window: WindowDetail }) {
  return (
    <Section id="verdicts" title="Verdicts">
      {fairness.length === 0 ? (
        <p>No fairness statement is archived for this window.</p>
      ) : (
        fairness.map(({ closings, digest, index, verdicts }) => (
          <Facts key={closings}>
            <Fact name="Over">{closings === 'all' ? 'all closings' : 'manual closings alone'}</Fact>
            {verdicts
              .filter(({ verdict }) => verdict !== 'UNUSED')
              .map(({ name, verdict }) => (
                <Fact key={name} name={`By ${name}`}>
                  <VerdictBadge verdict={verdict} />
                </Fact>
              ))}
            <Fact name="Statement">
              <StatementLink name={digest}>entry {index}</StatementLink>{' '}
              <Digest value={digest} label="the statement’s digest" />
            </Fact>
          </Facts>
        ))
      )}
    </Section>
  );
}
