import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { type BusEvent, jobSubject, newEvent, type StreamKind } from '@assay/bus';
import { generateSealingKey, publicSealingKey, seal } from '@assay/seal';
import { STATEMENT_KINDS } from '@assay/statements';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { encodeEvent } from '../../packages/bus/src/event.ts';
import { BANK, DAY, decision, intake, withdrawal } from '../../packages/verify/test/world.ts';
import { Deployment } from '../../services/verifier/test/deployment.ts';

type Json = Readonly<Record<string, unknown>>;
const read = (name: string) => parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')) as Json;
const document = read('asyncapi.yaml') as {
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
};

const ajv = new Ajv2020({ allErrors: true, strict: false });
ajv.addSchema({ $id: 'asyncapi', components: document.components });
const schema = (name: string) => ajv.compile({ $ref: `asyncapi#/components/schemas/${name}` });

/** The schemas of a channel's messages: the document names them so. */
const CHANNELS = {
  proof: [schema('ProofHeaders'), schema('Proof')],
  job: [schema('JobHeaders'), schema('Job')],
  archive: [schema('ArchivedHeaders'), schema('Archived')],
  deadLetter: [schema('DeadLetterHeaders'), undefined],
} as const;

function requireDescribed(channel: keyof typeof CHANNELS, event: BusEvent, id = event.id): void {
  const address = document.channels[channel]!.address.replaceAll(/\{\w+\}/g, '[a-z0-9-]+').replaceAll('.', '\\.');
  assert.match(event.subject, new RegExp(`^${address}$`));
  const encoded = encodeEvent(event);
  const headers = Object.fromEntries(encoded.keys().map((key) => [key, encoded.get(key)]));
  const [ofHeaders, ofPayload] = CHANNELS[channel];
  assert.ok(ofHeaders({ ...headers, 'Nats-Msg-Id': id }), ajv.errorsText(ofHeaders.errors));
  if (ofPayload === undefined) return;
  const text = new TextDecoder().decode(event.data);
  const payload: unknown = event.contentType === 'application/json' ? JSON.parse(text) : text;
  assert.ok(ofPayload(payload), `${ajv.errorsText(ofPayload.errors)} in ${text.slice(0, 200)}`);
}

const deployment = await Deployment.ready();
after(() => deployment[Symbol.asyncDispose]());

/** Events of a stream until `enough` of them. */
async function eventsOf(stream: StreamKind, enough: (events: readonly BusEvent[]) => boolean): Promise<BusEvent[]> {
  const stop = new AbortController();
  const events: BusEvent[] = [];
  for await (const { event } of deployment.bus.readStream({ bank: BANK, stream, signal: stop.signal })) {
    events.push(event!);
    if (enough(events)) break;
  }
  stop.abort();
  return events;
}

test('every message of a verifier and its bank is one that the document describes', async () => {
  const today = { asOf: BigInt(Math.floor(Date.now() / DAY)) };
  const waiting = await decision(9);
  await deployment.publish(waiting);
  await deployment.event(waiting, 'pending');
  await deployment.publish(await intake(1, today));
  await deployment.publish(await withdrawal(1));
  const refused = await decision(1);
  await deployment.publish(refused);
  await deployment.event(refused, 'rejected');
  await deployment.publishData('decision', new TextEncoder().encode('{}'), 'nothing');

  for (const event of await eventsOf('DLQ', (events) => events.length === 1)) requireDescribed('deadLetter', event);
  const told = await eventsOf('ARCHIVE', (events) => events.at(-1)!.id === `${refused.digest}:rejected`);
  for (const event of told) requireDescribed('archive', event);
  assert.deepEqual([...new Set(told.map(({ subject }) => subject.split('.').at(-1)))].sort(), [
    'accepted',
    'pending',
    'rejected',
  ]);
  const proofs = await eventsOf('PROOFS', (events) => events.at(-1)!.id === refused.digest);
  for (const event of proofs) requireDescribed('proof', event);
});

test('a sealed job is one that the document describes', async () => {
  const key = publicSealingKey(await generateSealingKey());
  const data = await seal(new TextEncoder().encode('anything'), 'application', key);
  const subject = jobSubject(BANK, 'application');
  const common = { source: `urn:assay:gateway:${BANK}`, type: 'urn:assay:job:v1', contentType: 'application/jose' };
  requireDescribed('job', newEvent({ id: 'a-job', subject, ...common, data }));
});

test('what the documents do not describe is refused by their schemas', () => {
  const [headers, ofPayload] = CHANNELS.archive;
  const payload = (value: unknown): boolean => ofPayload(value);
  const event = {
    v: 1,
    result: 'accepted',
    digest: 'a'.repeat(64),
    bank: BANK,
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  assert.ok(payload({ ...event, kind: 'withdrawal' }));
  assert.ok(!payload(event));
  assert.ok(!payload({ ...event, kind: 'withdrawal', statement: 'decision' }));
  assert.ok(!payload({ ...event, kind: 'withdrawal', income: 1 }));
  assert.ok(!headers({ 'ce-specversion': '1.0' }));
});

test('the documents name every statement that there is', () => {
  const kinds = (read('openapi.yaml') as typeof document).components.schemas.Kind!.enum;
  assert.deepEqual(kinds, [...STATEMENT_KINDS, 'withdrawal', 'registration']);
  const archived = document.components.schemas.Archived!.properties as {
    readonly statement: { readonly enum: unknown };
  };
  assert.deepEqual(archived.statement.enum, [...STATEMENT_KINDS]);
});
