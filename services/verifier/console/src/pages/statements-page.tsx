import { getJson } from '../api/request.ts';
import type { Statement, StatementPage } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { href } from '../route.ts';
import { ResultBadge, VerdictBadge } from '../ui/badge.tsx';
import { ShortDigest, StatementLink, Time } from '../ui/data.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Show } from '../ui/status.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { codeWords } from '../words/code-words.ts';
import { kindName } from '../words/statement-words.ts';
import { StatementFilters } from './statement-filters.tsx';

/** Parameters of the address that narrow the list; the interface has the same. */
const FILTERS = [
  ...['kind', 'result', 'bank', 'scope', 'slot', 'window', 'model', 'subject', 'verdict', 'code'],
  ...['receivedFrom', 'receivedBefore', 'cursor'],
];

/** Every entry of the archive, newest first, narrowed by the address. */
export function StatementsPage({ query }: { readonly query: URLSearchParams }) {
  const known = new URLSearchParams([...query].filter(([name]) => FILTERS.includes(name)));
  const page = useLoaded(`statements?${known}`, (signal) =>
    getJson<StatementPage>('/v1/statements', { ...grouped(known), limit: 50 }, signal),
  );
  return (
    <Page title="Statements" lead="All that was archived or waits, newest first.">
      <StatementFilters key={String(known)} query={known} />
      <Show of={page} what="statements">
        {({ statements, nextCursor }) => (
          <>
            {statements.length === 0 ? (
              <Empty>
                Nothing matches. <a href={href(['statements'])}>Show everything</a>
              </Empty>
            ) : (
              <Table
                caption="Statements, newest first"
                columns={COLUMNS}
                rows={statements}
                rowKey={({ digest }) => digest}
              />
            )}
            <Pages query={known} next={nextCursor} />
          </>
        )}
      </Show>
    </Page>
  );
}

const COLUMNS: readonly Column<Statement>[] = [
  { head: 'Entry', number: true, cell: ({ index }) => index ?? '–' },
  {
    head: 'Kind',
    tight: true,
    cell: ({ kind, digest }) => <StatementLink name={digest}>{kindName(kind)}</StatementLink>,
  },
  {
    head: 'Result',
    cell: ({ result, code }) => (
      <>
        <ResultBadge result={result} />
        {code !== undefined && <span class="why"> {codeWords(code)}</span>}
      </>
    ),
  },
  {
    head: 'Verdicts',
    cell: ({ verdicts = [] }) =>
      verdicts
        .filter(({ verdict }) => verdict !== 'UNUSED')
        .map(({ name, verdict }) => (
          <span class="verdict" key={name}>
            {name} <VerdictBadge verdict={verdict} />
          </span>
        )),
  },
  { head: 'Scope', tight: true, cell: ({ scope, bank }) => scope ?? bank ?? '–' },
  { head: 'Window', number: true, cell: ({ slot, window }) => window ?? slot ?? '–' },
  { head: 'Received (UTC)', cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  { head: 'Digest', cell: ({ digest }) => <ShortDigest value={digest} /> },
];

/** To the newest and to older entries; a cursor leads one way only, the browser's own button back. */
function Pages({ query, next }: { readonly query: URLSearchParams; readonly next: string | undefined }) {
  const first = new URLSearchParams([...query].filter(([name]) => name !== 'cursor'));
  if (next === undefined && !query.has('cursor')) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      {query.has('cursor') && <a href={href(['statements'], first)}>Newest</a>}
      {next !== undefined && (
        <a href={href(['statements'], new URLSearchParams([...first, ['cursor', next]]))}>Older</a>
      )}
    </nav>
  );
}

function grouped(query: URLSearchParams): Record<string, readonly string[]> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}
