import { getJson } from '../api/request.ts';
import type { Registration, StatementDetail } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { href } from '../route.ts';
import { Badge } from '../ui/badge.tsx';
import { Digest, Fact, Facts, StatementLink, Time } from '../ui/data.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Show } from '../ui/status.tsx';
import { Verbatim } from '../ui/verbatim.tsx';
import { registrationTitle } from '../words/document-words.ts';
import { BrowserChecks } from './browser-checks.tsx';
import { RegistrationBody } from './registration-body.tsx';

/** One registration: in readable words, as it was signed, and checked in this browser. */
export function RegistrationPage({ digest }: { readonly digest: string }) {
  const loaded = useLoaded(`registration/${digest}`, async (signal) => {
    const path = encodeURIComponent(digest);
    const [registration, statement] = await Promise.all([
      getJson<Registration>(`/v1/registrations/${path}`, {}, signal),
      getJson<StatementDetail>(`/v1/statements/${path}`, {}, signal),
    ]);
    return { registration, statement };
  });
  const { value } = loaded;
  const title =
    value === undefined ? 'Registration' : registrationTitle(value.registration.kind, value.registration.body);
  return (
    <Page title={title}>
      <Show of={loaded} what="the registration">
        {({ registration, statement }) => (
          <>
            <Summary registration={registration} />
            <RegistrationBody registration={registration} />
            <BrowserChecks statement={statement} />
            <Section id="signed" title="As it was signed">
              <Verbatim text={JSON.stringify(registration.body, undefined, 2)} />
            </Section>
          </>
        )}
      </Show>
    </Page>
  );
}

function Summary({ registration }: { readonly registration: Registration }) {
  const { digest, index, receivedAt, inForce, after, replacedBy, authority, scope, bank } = registration;
  return (
    <Section id="summary" title="Summary">
      <Facts>
        <Fact name="State">{inForce ? <Badge tone="good">in force</Badge> : <Badge tone="plain">replaced</Badge>}</Fact>
        <Fact name="Entry">
          <StatementLink name={digest}>{index}</StatementLink>, received <Time at={receivedAt} />
        </Fact>
        {(scope ?? bank) !== undefined && <Fact name={scope === undefined ? 'Bank' : 'Scope'}>{scope ?? bank}</Fact>}
        {after !== undefined && (
          <Fact name="Replaced">
            <a href={href(['rules', after])}>{after.slice(0, 16)}…</a>
          </Fact>
        )}
        {replacedBy !== undefined && (
          <Fact name="Replaced by">
            <a href={href(['rules', replacedBy])}>{replacedBy.slice(0, 16)}…</a>
          </Fact>
        )}
        <Fact name="Signed with key">
          <Digest value={authority} label="the id of the authority’s key" />
        </Fact>
        <Fact name="Digest">
          <Digest value={digest} label="the digest" />
        </Fact>
      </Facts>
    </Section>
  );
}
