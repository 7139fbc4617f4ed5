import { keyIdOf } from '@assay/verify';
import { useState } from 'preact/hooks';
import { forgetTrustFile, type TrustDocument, trustDocument, useTrustFile } from '../api/trust-document.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Badge } from '../ui/badge.tsx';
import { Digest, Fact, Facts } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Show } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { REGISTRATION_WORDS } from '../words/document-words.ts';

/** What this browser's checks believe, and the way to make them believe the examiner's own file. */
export function TrustPage() {
  const document = useLoaded('trust', trustDocument);
  const [fault, setFault] = useState<string>();
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setFault(undefined);
    try {
      await useTrustFile(file);
      document.again();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const forget = (): void => {
    forgetTrustFile();
    document.again();
  };
  return (
    <Page
      title="Trust"
      lead="All that this browser takes for granted when it checks a statement: the log’s key, the authorities’ keys, the verification keys."
    >
      <Section id="source" title="Where it comes from">
        <Show of={document} what="the trust document">
          {({ source, name }) => (
            <p>
              {source === 'server' ? (
                <>
                  <Badge tone="warn">from this server</Badge> The verifier that is being checked gave it. That shows
                  that the server agrees with itself, no more.
                </>
              ) : (
                <>
                  <Badge tone="good">from your file</Badge> <code>{name}</code>, until this tab is closed.{' '}
                  <button type="button" class="small" onClick={forget}>
                    Go back to the server’s
                  </button>
                </>
              )}
            </p>
          )}
        </Show>
        <p class="no-print">
          <label for="trust-file">Load the trust file that you were given</label>{' '}
          <input
            id="trust-file"
            type="file"
            accept="application/json,.json"
            aria-describedby="trust-fault"
            onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
          />
        </p>
        <p id="trust-fault" role="alert" class="fault">
          {fault !== undefined && `This is no trust file: ${fault}`}
        </p>
      </Section>
      {document.value !== undefined && <Contents document={document.value} />}
    </Page>
  );
}

function Contents({ document: { trust } }: { readonly document: TrustDocument }) {
  const authorities = Object.entries(trust.authorities).flatMap(([kind, keys]) =>
    keys.map((key) => ({ who: `${REGISTRATION_WORDS[kind] ?? kind}`, key: keyIdOf(key) })),
  );
  const validators = [...trust.validators].flatMap(([bank, keys]) =>
    keys.map((key) => ({ who: `Models of ${bank}`, key: keyIdOf(key) })),
  );
  return (
    <Section id="contents" title="What it says">
      <Facts>
        <Fact name="Verification keys">
          {trust.keyClass === 'development' ? (
            <>
              <Badge tone="bad">development</Badge> INSECURE: their secrets are public, anybody can forge what they
              prove
            </>
          ) : (
            <>
              <Badge tone="good">ceremony</Badge> nobody knows their secrets as long as one participant was honest
            </>
          )}
        </Fact>
        <Fact name="Log">{trust.log.origin}</Fact>
        <Fact name="Log’s key">
          <Digest value={trust.log.verifierKey} label="the log’s key" />
        </Fact>
      </Facts>
      {trust.witnesses.length > 0 && (
        <Table
          caption={`Log witnesses, ${trust.requiredWitnesses} of them required`}
          rows={trust.witnesses}
          rowKey={({ name }) => name}
          columns={[
            { head: 'Name', cell: ({ name }) => name },
            { head: 'Key', cell: ({ verifierKey }) => <code class="whole">{verifierKey}</code> },
          ]}
        />
      )}
      <Table
        caption="Who may register what"
        rows={[...authorities, ...validators]}
        rowKey={({ who, key }) => `${who} ${key}`}
        columns={[
          { head: 'Kind', cell: ({ who }) => who },
          { head: 'SHA-256 of the key', cell: ({ key }) => <code class="whole">{key}</code> },
        ]}
      />
      <Table
        caption="Pinned verification keys"
        rows={[...trust.verificationKeys]}
        rowKey={([circuit]) => circuit}
        columns={[
          { head: 'Circuit', cell: ([circuit]) => circuit },
          { head: 'SHA-256', cell: ([, { hash }]) => <code class="whole">{hash}</code> },
        ]}
      />
    </Section>
  );
}
