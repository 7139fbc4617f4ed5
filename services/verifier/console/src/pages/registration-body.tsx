import type { PolicyDocument } from '@assay/policy';
import type { SchemaDocument } from '@assay/schema';
import type { FairnessPolicyDocument, PartitionsDocument } from '@assay/statements';
import type { ComponentChildren } from 'preact';
import { getJson } from '../api/request.ts';
import type { Registration, RegistrationPage } from '../api/types.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { href } from '../route.ts';
import { Digest, Fact, Facts, StatementLink } from '../ui/data.tsx';
import { Section } from '../ui/page.tsx';
import { Table } from '../ui/table.tsx';
import { Verbatim } from '../ui/verbatim.tsx';
import {
  type Body,
  fairnessRule,
  fairnessSentences,
  groupSentences,
  maskedAttributes,
  scopeSentences,
} from '../words/document-words.ts';
import { utc } from '../words/time-words.ts';

/** What a registration says, in readable words. */
export function RegistrationBody({ registration }: { readonly registration: Registration }) {
  return (
    <Section id="words" title="What it says">
      {wordsOf(registration)}
    </Section>
  );
}

function wordsOf({ kind, body }: Registration): ComponentChildren {
  switch (kind) {
    case 'policy':
      return <PolicyWords body={body} />;
    case 'partitions':
      return <PartitionsWords document={body.document as PartitionsDocument} />;
    case 'fairness-policy':
      return <FairnessWords document={body.document as FairnessPolicyDocument} />;
    case 'schema':
      return <SchemaWords document={body.document as SchemaDocument} />;
    case 'scope':
      return <ScopeWords body={body} />;
    case 'model':
      return <ModelWords body={body} />;
    case 'slot':
      return (
        <p>
          Applications admitted from {utc(Number(body.from))} to before {utc(Number(body.to))} belong to slot{' '}
          {String(body.slot)} of {String(body.scope)}.
        </p>
      );
    case 'bank-key':
      return (
        <p>
          Envelopes of the bank {String(body.bank)} are signed with this key:{' '}
          <code class="whole">{String(body.publicKey)}</code>
        </p>
      );
    default:
      return (
        <p>
          The list that is in force has this root: <code class="whole">{String(body.root)}</code>
        </p>
      );
  }
}

function PolicyWords({ body }: { readonly body: Body }) {
  const { cel, description, sets, requireAttested, requireIdentity, ordinalMax } = body.document as PolicyDocument;
  return (
    <>
      {description !== undefined && <p>{description}</p>}
      <p>An applicant is eligible when this holds, amounts in their smallest unit:</p>
      <Verbatim text={cel.replace(/\s*(&&|\|\|)\s*/g, '\n  $1 ')} />
      <ul>
        {Object.entries(sets ?? {}).map(([name, values]) => (
          <li key={name}>
            <code>{name}</code> is {values.join(', ')}.
          </li>
        ))}
        <li>Attested by an issuer, not declared: {requireAttested.join(', ') || 'nothing'}.</li>
        <li>Attested by the identity issuer: {requireIdentity.join(', ') || 'nothing'}.</li>
        <li>
          One person may apply {ordinalMax + 1} {ordinalMax === 0 ? 'time' : 'times'} in a scope.
        </li>
      </ul>
      <p>
        <a href={href(['rules'], { kind: 'scope' })}>Scopes</a> name it by its hash{' '}
        <code class="whole">{String(body.policyHash)}</code>.
      </p>
    </>
  );
}

function PartitionsWords({ document }: { readonly document: PartitionsDocument }) {
  return (
    <>
      {document.partitions.map((partition) => (
        <Table
          key={partition.name}
          caption={`By ${partition.name}`}
          rows={groupSentences(partition)}
          rowKey={({ group }) => group}
          columns={[
            { head: 'Group', cell: ({ group }) => group },
            { head: 'Who is in it', cell: ({ values }) => values },
          ]}
        />
      ))}
    </>
  );
}

function FairnessWords({ document }: { readonly document: FairnessPolicyDocument }) {
  return (
    <ul>
      {[...fairnessSentences(document), ...document.partitions.map(fairnessRule)].map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function SchemaWords({ document }: { readonly document: SchemaDocument }) {
  return (
    <>
      {document.description !== undefined && <p>{document.description}</p>}
      <Table
        caption="Attributes"
        rows={document.slots}
        rowKey={({ name }) => name}
        columns={[
          { head: 'Slot', number: true, cell: ({ slot }) => slot },
          { head: 'Attribute', cell: ({ name, label }) => (label === undefined ? name : `${label} (${name})`) },
          { head: 'Kind', cell: ({ kind }) => kind },
          {
            head: 'Values',
            cell: ({ min, max, digits, codes }) =>
              codes?.map(({ code, label }) => `${code} ${label}`).join(', ') ??
              (min === undefined ? '–' : `${min} to ${max}${digits ? `, ${digits} digits` : ''}`),
          },
          { head: 'Protected', cell: (slot) => (slot.protected ? 'yes' : 'no') },
          {
            head: 'Attested by',
            cell: ({ attestedBy }) => (attestedBy === 'self' ? 'the applicant alone' : `${attestedBy} issuer`),
          },
        ]}
      />
    </>
  );
}

function ScopeWords({ body }: { readonly body: Body }) {
  const schemas = useLoaded('schemas', (signal) =>
    getJson<RegistrationPage>('/v1/registrations', { kind: 'schema', limit: 200 }, signal),
  );
  // With one schema registered it is the scope's; with several, slots are told by number rather than by a guess.
  const [only, ...others] = schemas.value?.registrations ?? [];
  const schema = others.length === 0 ? (only?.body.document as SchemaDocument | undefined) : undefined;
  return (
    <>
      <ul>
        {scopeSentences(body).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        <li>
          No model may read: {maskedAttributes(BigInt(String(body.prohibitedMask)), schema).join(', ') || 'nothing'}.
        </li>
      </ul>
      <p>
        What it names by hash is listed under <a href={href(['rules'], { scope: String(body.scope) })}>in force</a>.
      </p>
    </>
  );
}

function ModelWords({ body }: { readonly body: Body }) {
  return (
    <Facts>
      <Fact name="Decides in">{String(body.scope)}</Fact>
      <Fact name="Commitment">
        <Digest value={String(body.modelCommitment)} label="the model’s commitment" />
      </Fact>
      <Fact name="Conformance">
        <StatementLink name={String(body.conformance)}>the statement that it rests on</StatementLink>
      </Fact>
      <Fact name="Its decisions">
        <a href={href(['statements'], { model: String(body.modelCommitment), kind: 'decision' })}>all statements</a>
      </Fact>
    </Facts>
  );
}
