import type { Finding, FindingPage } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { StatementLink, Time, windowHref } from '../ui/data.tsx';
import { Empty } from '../ui/status.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { codeWords } from '../words/code-words.ts';
import { count } from '../words/time-words.ts';

/** Findings with how many there are of each kind. */
export function Findings({ page: { counts, findings, nextCursor } }: { readonly page: FindingPage }) {
  if (findings.length === 0) {
    return (
      <Empty>
        <Badge tone="good">none</Badge> Nothing is overdue, missing, rejected or over a ceiling.
      </Empty>
    );
  }
  return (
    <>
      <ul class="counts">
        {Object.entries(counts)
          .filter(([, number]) => number > 0)
          .map(([code, number]) => (
            <li key={code}>
              <strong>{count(number)}</strong> {codeWords(code)}
            </li>
          ))}
      </ul>
      <Table
        caption={nextCursor === undefined ? 'All findings' : `The first ${findings.length} findings`}
        columns={COLUMNS}
        rows={findings}
        rowKey={(finding) => JSON.stringify(finding)}
      />
    </>
  );
}

const COLUMNS: readonly Column<Finding>[] = [
  {
    head: 'Finding',
    cell: ({ code, reason }) => (
      <>
        <Badge tone="warn">{code}</Badge> <span class="why">{codeWords(reason ?? code)}</span>
      </>
    ),
  },
  { head: 'Scope', tight: true, cell: ({ scope, bank }) => scope ?? bank ?? '–' },
  {
    head: 'About',
    cell: ({ scope, window, slot, index, digest }) => {
      if (window !== undefined && scope !== undefined) return <a href={windowHref(scope, window)}>window {window}</a>;
      if (index !== undefined) return <StatementLink name={index}>entry {index}</StatementLink>;
      if (digest !== undefined) return <StatementLink name={digest}>{digest.slice(0, 10)}…</StatementLink>;
      return slot === undefined ? '–' : `slot ${slot}`;
    },
  },
  { head: 'Since (UTC)', cell: ({ at }) => (at === undefined ? '–' : <Time at={at} />) },
];
