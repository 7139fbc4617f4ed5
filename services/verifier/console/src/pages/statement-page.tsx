import { getJson } from '../api/request.ts';
import type { StatementDetail } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { href } from '../route.ts';
import { ResultBadge, VerdictBadge } from '../ui/badge.tsx';
import { Digest, Fact, Facts, Time, windowHref } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Empty, Show } from '../ui/status.tsx';
import { Table } from '../ui/table.tsx';
import { codeWords } from '../words/code-words.ts';
import { KIND_WORDS, kindName, SIGNAL_WORDS } from '../words/statement-words.ts';
import { BrowserChecks } from './browser-checks.tsx';
import { IntakeSection } from './intake-section.tsx';
import { VerifierChecks } from './verifier-checks.tsx';

/** One entry of the archive: what it says, what the verifier found, and the same looked at again by this browser. */
export function StatementPage({ name }: { readonly name: string }) {
  const statement = useLoaded(`statement/${name}`, (signal) =>
    getJson<StatementDetail>(`/v1/statements/${encodeURIComponent(name)}`, {}, signal),
  );
  const { value } = statement;
  return (
    <Page
      title={value === undefined ? 'Statement' : titleOf(value)}
      lead={value?.kind && KIND_WORDS[value.kind]?.claim}
    >
      <Show of={statement} what="the statement">
        {(detail) => (
          <>
            <Summary statement={detail} />
            <BrowserChecks statement={detail} />
            <VerifierChecks checks={detail.checks} />
            {detail.intake !== undefined && <IntakeSection intake={detail.intake} />}
            <Contents statement={detail} />
          </>
        )}
      </Show>
    </Page>
  );
}

function titleOf({ kind, index, digest }: StatementDetail): string {
  return `${kindName(kind)}, ${index === undefined ? `pending ${digest.slice(0, 10)}` : `entry ${index}`}`;
}

function Summary({ statement }: { readonly statement: StatementDetail }) {
  const {
    result,
    code,
    digest,
    bank,
    scope,
    slot,
    window,
    receivedAt,
    verdicts = [],
    retention,
    subject,
    model,
  } = statement;
  const number = window ?? slot;
  return (
    <Section id="summary" title="Summary">
      <Facts>
        <Fact name="Result">
          <ResultBadge result={result} />{' '}
          {code !== undefined && <span class="why">{`${codeWords(code)} (${code})`}</span>}
        </Fact>
        {verdicts
          .filter(({ verdict }) => verdict !== 'UNUSED')
          .map(({ name, verdict }) => (
            <Fact key={name} name={`Verdict by ${name}`}>
              <VerdictBadge verdict={verdict} />
            </Fact>
          ))}
        <Fact name="Digest">
          <Digest value={digest} label="the digest" />
        </Fact>
        {bank !== undefined && <Fact name="Bank">{bank}</Fact>}
        {scope !== undefined && (
          <Fact name="Scope">
            <a href={href(['rules'], { scope })}>{scope}</a>
            {number !== undefined && (
              <>
                , window <a href={windowHref(scope, number)}>{number}</a>
              </>
            )}
          </Fact>
        )}
        <Fact name="Received">
          <Time at={receivedAt} />
        </Fact>
        {model !== undefined && (
          <Fact name="Model">
            <a href={href(['statements'], { model })}>All by this model</a>
          </Fact>
        )}
        {subject !== undefined && subject !== model && (
          <Fact name="Application">
            <a href={href(['statements'], { subject })}>All about this application</a>
          </Fact>
        )}
        {retention !== undefined && <Fact name="Retention">{retentionWords(retention)}</Fact>}
      </Facts>
    </Section>
  );
}

function retentionWords({ class: name, until, prunedAt }: NonNullable<StatementDetail['retention']>) {
  if (prunedAt !== undefined) {
    return (
      <>
        {name}; the envelope was removed <Time at={prunedAt} />, the log keeps its digest
      </>
    );
  }
  if (until === undefined) return `${name}: kept for good`;
  return (
    <>
      {name}: the envelope may be removed from <Time at={until} />; the log keeps its digest for good
    </>
  );
}

/** What the envelope says: context and public signals by name. */
function Contents({ statement: { envelope, links } }: { readonly statement: StatementDetail }) {
  return (
    <Section id="contents" title="What the envelope says" note="As the verifier reads it; the bytes are what counts.">
      {envelope === undefined ? (
        <Empty>
          The envelope is not kept: of a rejected one the log has digest and reason alone, and others end with their
          retention.
        </Empty>
      ) : (
        <>
          <Facts>
            {envelope.circuit !== undefined && <Fact name="Circuit">{envelope.circuit}</Fact>}
            {envelope.verificationKey !== undefined && (
              <Fact name="Verification key">
                <Digest value={envelope.verificationKey} label="the hash of the verification key" />
              </Fact>
            )}
            <Fact name="Signed with key">
              <Digest value={envelope.keyId} label="the id of the signing key" />
            </Fact>
            {envelope.reason !== undefined && <Fact name="Reason">{envelope.reason.replaceAll('-', ' ')}</Fact>}
            {Object.entries(envelope.context ?? {}).map(([name, value]) => (
              <Fact key={name} name={`Context: ${name}`}>
                {String(value)}
              </Fact>
            ))}
            {envelope.registration !== undefined && (
              <Fact name="Registers">
                {envelope.registration.kind}:{' '}
                <a href={href(['rules', links.self.split('/').at(-1)!])}>in readable words</a>
              </Fact>
            )}
          </Facts>
          {envelope.publicSignals !== undefined && (
            <Table
              caption="Public signals"
              rows={envelope.publicSignals}
              rowKey={({ name }) => name}
              columns={[
                { head: 'Signal', cell: ({ name }) => <code>{name}</code> },
                { head: 'Stands for', cell: ({ name }) => SIGNAL_WORDS[name] ?? '' },
                { head: 'Value', cell: ({ value }) => <code class="whole">{value}</code> },
              ]}
            />
          )}
        </>
      )}
    </Section>
  );
}
