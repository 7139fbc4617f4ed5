import { type Head, openHead, type Trust } from '@assay/verify';
import { trustDocument } from '../api/trust-document.ts';
import type { Archive } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Badge } from '../ui/badge.tsx';
import { Digest, Fact, Facts, Time } from '../ui/data.tsx';
import { Section } from '../ui/page.tsx';
import { Empty } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { Verbatim } from '../ui/verbatim.tsx';

/** The last checkpoint, and who signed it: verified here, against the trust document. */
export function CheckpointSection({ archive }: { readonly archive: Archive }) {
  const { checkpoint, verifierKey, rootHash, registryHead } = archive;
  return (
    <Section id="checkpoint" title="Last checkpoint">
      <Facts>
        <Fact name="Log’s key">
          <Digest value={verifierKey} label="the log’s key" />
        </Fact>
        <Fact name="Root">
          <Digest value={rootHash} label="the root" />
        </Fact>
        <Fact name="Registry">
          <Digest value={registryHead} label="the registry’s head" />
        </Fact>
      </Facts>
      <Signers note={checkpoint} />
      <details>
        <summary>The signed note</summary>
        <Verbatim text={checkpoint} />
      </details>
    </Section>
  );
}

/** What this browser finds in the note's signature lines. */
function Signers({ note }: { readonly note: string }) {
  const { value: document } = useLoaded('checkpoint/trust', trustDocument);
  if (document === undefined) return null;
  const head = opened(note, document.trust);
  if (typeof head === 'string') {
    return (
      <p role="alert">
        <Badge tone="bad">not verified</Badge> {head}
      </p>
    );
  }
  const { witnesses, requiredWitnesses } = document.trust;
  if (witnesses.length === 0) {
    return (
      <Empty>
        <Badge tone="warn">no log witness</Badge> The trust document names none: only whoever keeps old checkpoints
        would notice that the log shows others another history.
      </Empty>
    );
  }
  const rows = witnesses.map(({ name }) => ({ name, at: head.cosigners.find((one) => one.name === name)?.at }));
  return (
    <Table
      caption={`Log witnesses of the trust document; ${requiredWitnesses} of them required`}
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        { head: 'Log witness', cell: ({ name }) => name },
        {
          head: 'This checkpoint',
          cell: ({ at }) =>
            at === undefined ? <Badge tone="warn">not cosigned</Badge> : <Badge tone="good">cosigned</Badge>,
        },
        {
          head: 'When, it says (UTC)',
          cell: ({ at }) => (at === undefined ? '–' : <Time at={new Date(at).toISOString()} />),
        },
      ]}
    />
  );
}

/** The head, or why there is none. */
function opened(note: string, trust: Trust): Head | string {
  try {
    return openHead(new TextEncoder().encode(note), trust);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
