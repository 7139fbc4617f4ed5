import { useState } from 'preact/hooks';
import { getJson } from '../api/request.ts';
import type { Closing } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Badge } from '../ui/badge.tsx';
import { StatementLink, Time } from '../ui/data.tsx';
import { Section } from '../ui/page.tsx';
import { Empty, Show } from '../ui/status.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { kindName } from '../words/statement-words.ts';

/** The intakes of a window with what ended them, a page at a time. */
export function ClosingsTable({ scope, number }: { readonly scope: string; readonly number: number }) {
  const [cursors, setCursors] = useState<readonly (string | undefined)[]>([undefined]);
  const cursor = cursors.at(-1);
  const closings = useLoaded(`closings/${scope}/${number}/${cursor}`, (signal) =>
    getJson<{ readonly closings: readonly Closing[]; readonly nextCursor?: string }>(
      `/v1/windows/${scope}/${number}/closings`,
      { cursor, limit: 50 },
      signal,
    ),
  );
  return (
    <Section
      id="closings"
      title="Its applications"
      note="In order of admission. Who they are is nowhere in the archive."
    >
      <Show of={closings} what="applications">
        {({ closings: rows, nextCursor }) => (
          <>
            {rows.length === 0 ? (
              <Empty>No application was admitted.</Empty>
            ) : (
              <Table
                caption="Applications"
                columns={COLUMNS}
                rows={rows}
                rowKey={({ intakeIndex }) => String(intakeIndex)}
              />
            )}
            {(cursors.length > 1 || nextCursor !== undefined) && (
              <div class="pages no-print">
                <button type="button" disabled={cursors.length === 1} onClick={() => setCursors(cursors.slice(0, -1))}>
                  Earlier
                </button>
                <button
                  type="button"
                  disabled={nextCursor === undefined}
                  onClick={() => setCursors([...cursors, nextCursor])}
                >
                  Later
                </button>
              </div>
            )}
          </>
        )}
      </Show>
    </Section>
  );
}

const COLUMNS: readonly Column<Closing>[] = [
  {
    head: 'Intake',
    number: true,
    cell: ({ intakeIndex }) => <StatementLink name={intakeIndex}>{intakeIndex}</StatementLink>,
  },
  { head: 'Admitted (UTC)', cell: ({ admittedAt }) => <Time at={admittedAt} /> },
  {
    head: 'Referred',
    cell: ({ referralIndex }) =>
      referralIndex === undefined ? 'no' : <StatementLink name={referralIndex}>entry {referralIndex}</StatementLink>,
  },
  {
    head: 'Ended by',
    cell: ({ ending, closingIndex }) =>
      ending === undefined || closingIndex === undefined ? (
        <Badge tone="warn">open</Badge>
      ) : (
        <StatementLink name={closingIndex}>
          {kindName(ending).toLowerCase()}, entry {closingIndex}
        </StatementLink>
      ),
  },
  { head: 'Closed (UTC)', cell: ({ closedAt }) => (closedAt === undefined ? '–' : <Time at={closedAt} />) },
  {
    head: 'Due (UTC)',
    cell: ({ dueAt, overdue }) => (
      <>
        <Time at={dueAt} /> {overdue && <Badge tone="bad">overdue</Badge>}
      </>
    ),
  },
];
