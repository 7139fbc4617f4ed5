import { useArchive } from '../api/archive-state.ts';
import { getJson } from '../api/request.ts';
import type { InForce, Registration, RegistrationPage } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { goTo, href } from '../route.ts';
import { Badge } from '../ui/badge.tsx';
import { Fact, Facts, Time } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Empty, Failure, Loading, Show } from '../ui/status.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { REGISTRATION_WORDS, registrationTitle } from '../words/document-words.ts';

/** What is in force in a scope, and the history of all registrations. */
export function RulesPage({ query }: { readonly query: URLSearchParams }) {
  const { value: archive, error } = useArchive();
  const scope = query.get('scope') ?? archive?.scopes[0];
  const kind = query.get('kind') ?? '';
  return (
    <Page
      title="Models and rules"
      lead="What authorities registered: what decides, what it is held to, and since when."
    >
      {error !== undefined && archive === undefined && <Failure error={error} />}
      {archive === undefined && error === undefined && <Loading what="scopes" />}
      {archive !== undefined && scope === undefined && <Empty>No scope is registered yet.</Empty>}
      {scope !== undefined && (
        <Section
          id="in-force"
          title="In force"
          note={<ScopeChoice scope={scope} scopes={archive?.scopes ?? [scope]} kind={kind} />}
        >
          <InForceList scope={scope} />
        </Section>
      )}
      <Section id="history" title="History" note={<KindChoice kind={kind} scope={query.get('scope') ?? ''} />}>
        <History kind={kind} cursor={query.get('cursor') ?? ''} scope={query.get('scope') ?? ''} />
      </Section>
    </Page>
  );
}

function ScopeChoice(props: { readonly scope: string; readonly scopes: readonly string[]; readonly kind: string }) {
  return (
    <label>
      Scope{' '}
      <select onChange={({ currentTarget }) => goTo(href(['rules'], { scope: currentTarget.value, kind: props.kind }))}>
        {props.scopes.map((scope) => (
          <option key={scope} value={scope} selected={scope === props.scope}>
            {scope}
          </option>
        ))}
      </select>
    </label>
  );
}

function KindChoice(props: { readonly kind: string; readonly scope: string }) {
  return (
    <label>
      Kind{' '}
      <select
        onChange={({ currentTarget }) => goTo(href(['rules'], { kind: currentTarget.value, scope: props.scope }))}
      >
        <option value="">all</option>
        {Object.entries(REGISTRATION_WORDS).map(([kind, words]) => (
          <option key={kind} value={kind} selected={kind === props.kind}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function InForceList({ scope }: { readonly scope: string }) {
  const inForce = useLoaded(`in-force/${scope}`, (signal) => getJson<InForce>('/v1/in-force', { scope }, signal));
  return (
    <Show of={inForce} what="what is in force">
      {({ registrations }) => (
        <Facts>
          {registrations.map(({ kind, digest, body, index, receivedAt }) => (
            <Fact key={digest} name={REGISTRATION_WORDS[kind] ?? kind}>
              <a href={href(['rules', digest])}>{registrationTitle(kind, body)}</a>, since <Time at={receivedAt} />{' '}
              (entry {index})
            </Fact>
          ))}
        </Facts>
      )}
    </Show>
  );
}

function History({ kind, cursor, scope }: { readonly kind: string; readonly cursor: string; readonly scope: string }) {
  const page = useLoaded(`registrations/${kind}/${cursor}`, (signal) =>
    getJson<RegistrationPage>('/v1/registrations', { kind, cursor, limit: 50 }, signal),
  );
  return (
    <Show of={page} what="registrations">
      {({ registrations, nextCursor }) => (
        <>
          {registrations.length === 0 ? (
            <Empty>Nothing of this kind is registered.</Empty>
          ) : (
            <Table
              caption="Registrations, newest first"
              columns={COLUMNS}
              rows={registrations}
              rowKey={({ digest }) => digest}
            />
          )}
          {nextCursor !== undefined && (
            <nav class="pages" aria-label="Pages of the history">
              <a href={href(['rules'], { kind, scope, cursor: nextCursor })}>Older</a>
            </nav>
          )}
        </>
      )}
    </Show>
  );
}

const COLUMNS: readonly Column<Registration>[] = [
  { head: 'Entry', number: true, cell: ({ index }) => index },
  {
    head: 'Registration',
    cell: ({ kind, body, digest }) => <a href={href(['rules', digest])}>{registrationTitle(kind, body)}</a>,
  },
  {
    head: 'State',
    cell: ({ inForce, replacedBy }) =>
      inForce ? (
        <Badge tone="good">in force</Badge>
      ) : (
        <>
          <Badge tone="plain">replaced</Badge>{' '}
          {replacedBy !== undefined && <a href={href(['rules', replacedBy])}>by this</a>}
        </>
      ),
  },
  { head: 'Bank or scope', cell: ({ scope, bank }) => scope ?? bank ?? 'all' },
  { head: 'Received (UTC)', cell: ({ receivedAt }) => <Time at={receivedAt} /> },
];
