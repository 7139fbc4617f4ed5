import { useEffect, useState } from 'preact/hooks';
import { logSightings, useArchive } from '../api/archive-state.ts';
import type { Archive } from '../api/types.ts';
import { SizeChart } from '../charts/size-chart.tsx';
import { href } from '../route.ts';
import { Badge } from '../ui/badge.tsx';
import { Fact, Facts, Time } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Failure, Loading } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { kindName } from '../words/statement-words.ts';
import { count, span } from '../words/time-words.ts';
import { CheckpointSection } from './checkpoint-section.tsx';
import { LiveFeed } from './live-feed.tsx';

/** How the log is: its size, its checkpoint and who signed it, what waits, and what arrives. */
export function ArchivePage() {
  const { value: archive, error, seenAt } = useArchive();
  return (
    <Page
      title="Archive"
      lead="The log that everything is kept in: how it grows, who vouches for it, and what arrives."
    >
      {error !== undefined && <Failure error={error} />}
      {archive === undefined ? (
        error === undefined && <Loading what="the archive’s state" />
      ) : (
        <Health archive={archive} seenAt={seenAt} />
      )}
      <LiveFeed />
    </Page>
  );
}

function Health({ archive, seenAt }: { readonly archive: Archive; readonly seenAt: number | undefined }) {
  return (
    <>
      <Section id="health" title="State" note={seenAt !== undefined && <SeenAt at={seenAt} />}>
        <Facts>
          <Fact name="Keys">
            {archive.keyClass === 'development' ? (
              <>
                <Badge tone="bad">development</Badge> INSECURE: anybody can forge what is proved under them
              </>
            ) : (
              <Badge tone="good">ceremony</Badge>
            )}
          </Fact>
          <Fact name="Entries">{count(archive.treeSize)}</Fact>
          <Fact name="Newest entry">
            {archive.latestEntryAt === undefined ? 'none' : <Age at={archive.latestEntryAt} />}
          </Fact>
          <Fact name="Pending">
            {archive.pending === 0 ? (
              'nothing waits'
            ) : (
              <a href={href(['statements'], { result: 'pending' })}>{count(archive.pending)} wait</a>
            )}
          </Fact>
          <Fact name="Removed envelopes">
            {archive.pruned === 0 ? 'none' : `${count(archive.pruned)}, their retention over`}
          </Fact>
          <Fact name="Index">
            {archive.index.current ? (
              <Badge tone="good">current</Badge>
            ) : (
              <>
                <Badge tone="warn">behind</Badge> {count(archive.index.size)} of {count(archive.treeSize)} entries
              </>
            )}
          </Fact>
        </Facts>
        <SizeChart sightings={logSightings()} />
      </Section>
      <CheckpointSection archive={archive} />
      {archive.retention !== undefined && archive.retention.length > 0 && (
        <Section
          id="retention"
          title="Retention"
          note="The log is never pruned; envelopes beside it may be, and the tree still verifies."
        >
          <Table
            caption="Retention classes"
            rows={archive.retention}
            rowKey={({ kind }) => kind}
            columns={[
              { head: 'Kind', cell: ({ kind }) => kindName(kind) },
              { head: 'Class', cell: ({ class: name }) => name },
              { head: 'Kept', cell: ({ days }) => `${count(days)} days` },
            ]}
          />
        </Section>
      )}
    </>
  );
}

/** A moment with how long ago it was, which goes on. */
function Age({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <>
      <Time at={at} />, {span(Math.max(0, (now - Date.parse(at)) / 1000))} ago
    </>
  );
}

function SeenAt({ at }: { readonly at: number }) {
  return (
    <>
      As of <Time at={new Date(at).toISOString()} />; asked for every ten seconds.
    </>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
