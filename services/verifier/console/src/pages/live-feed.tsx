import { useEffect, useState } from 'preact/hooks';
import { refreshSoon } from '../api/archive-state.ts';
import { type ArchiveEvent, type FeedState, followEvents } from '../api/events.ts';
import { Badge, ResultBadge, type Tone } from '../ui/badge.tsx';
import { StatementLink, Time } from '../ui/data.tsx';
import { Section } from '../ui/page.tsx';
import { Empty } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { codeWords } from '../words/code-words.ts';
import { kindName } from '../words/statement-words.ts';

/** Events that are shown; older ones are in the list of statements. */
const SHOWN = 20;

const STATES: Readonly<Record<FeedState, readonly [Tone, string]>> = {
  connecting: ['warn', 'connecting'],
  live: ['good', 'live'],
  waiting: ['warn', 'broken off, goes on in a moment'],
};

/** What arrives while the page is open; where the stream breaks, it goes on behind the last event. */
export function LiveFeed() {
  const [events, setEvents] = useState<readonly ArchiveEvent[]>([]);
  const [state, setState] = useState<FeedState>('connecting');
  useEffect(() => {
    const stop = new AbortController();
    const add = (event: ArchiveEvent): void => {
      setEvents((before) => [event, ...before].slice(0, SHOWN));
      refreshSoon();
    };
    void followEvents(stop.signal, add, setState);
    return () => stop.abort();
  }, []);
  const [tone, words] = STATES[state];
  return (
    <Section id="feed" title="As it arrives" note={<Badge tone={tone}>{words}</Badge>}>
      {events.length === 0 ? (
        <Empty>Nothing has arrived since this page was opened.</Empty>
      ) : (
        <Table
          caption="Entries as they arrive"
          rows={events}
          rowKey={({ digest, result }) => `${digest} ${result}`}
          columns={[
            { head: 'Entry', number: true, cell: ({ index }) => index ?? '–' },
            {
              head: 'Kind',
              cell: ({ digest, statement, kind }) => (
                <StatementLink name={digest}>{kindName(statement ?? kind)}</StatementLink>
              ),
            },
            {
              head: 'Result',
              cell: ({ result, code }) => (
                <>
                  <ResultBadge result={result} /> {code !== undefined && codeWords(code)}
                </>
              ),
            },
            { head: 'Scope', cell: ({ scope, bank }) => scope ?? bank ?? '–' },
            { head: 'Received (UTC)', cell: ({ receivedAt }) => <Time at={receivedAt} /> },
          ]}
        />
      )}
    </Section>
  );
}
