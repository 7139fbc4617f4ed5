import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { DAY, decision, intake } from '../../../packages/verify/test/world.ts';
import { type ArchiveEvent, Deployment } from './deployment.ts';

/** Well within what one address may ask. */
const ASK_AGAIN_MS = 20;
const today = { asOf: BigInt(Math.floor(Date.now() / DAY)) };
const deployment = await Deployment.ready({}, { http: { maxEventStreams: 2 } });
after(() => deployment[Symbol.asyncDispose]());

interface Received {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: ArchiveEvent;
}

/** Opens a stream; `next` gives its events one by one. */
async function stream(query = '', headers: Readonly<Record<string, string>> = {}) {
  const stop = new AbortController();
  const open = (): Promise<Response> => deployment.fetch(`/v1/events${query}`, { headers, signal: stop.signal });
  let response = await open();
  // One that a test has left counts until the server notices, which it does at its own pace.
  while (response.status === 503) {
    await response.body?.cancel();
    await setTimeout(ASK_AGAIN_MS);
    response = await open();
  }
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<Received> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream ended');
        text += value;
        continue;
      }
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [event, data] = [field('event'), field('data')];
      if (event === undefined || data === undefined) continue; // Advice how soon to come again, or a heartbeat.
      return { id: field('id'), event, data: JSON.parse(data) as ArchiveEvent };
    }
  };
  return { next, end: () => stop.abort(), reader };
}

test('HEAD opens no stream: more of them than there may be streams are answered', async () => {
  for (let i = 0; i < 3; i++) {
    const response = await deployment.fetch('/v1/events', { method: 'HEAD' });
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/event-stream']);
  }
});

test('entries arrive as they are archived, as the bus tells them; what waits has no id', async () => {
  const live = await stream();
  const waiting = await decision(1);
  await deployment.publish(waiting);
  const pending = await live.next();
  assert.deepEqual([pending.id, pending.event, pending.data.code], [undefined, 'pending', 'INTAKE_MISSING']);
  const admitted = await intake(1, today);
  await deployment.publish(admitted);
  for (const envelope of [admitted, waiting]) {
    const { id, event, data } = await live.next();
    assert.equal(event, 'accepted');
    assert.equal(id, String(data.index));
    const { id: _, ...told } = await deployment.event(envelope, 'accepted');
    assert.deepEqual(data, told);
  }
  live.end();
});

test('a stream is taken up after the last event seen, from the beginning, or for one bank', async () => {
  const all = await stream('?after=-1');
  const first = await all.next();
  const second = await all.next();
  assert.deepEqual([first.id, second.id], ['0', '1']);
  all.end();
  const again = await stream('?after=40', { 'last-event-id': '0' });
  assert.deepEqual(await again.next(), second);
  again.end();
  // Registrations of the regulator's concern every bank.
  const other = await stream('?after=-1&bank=other');
  const seen = [await other.next(), await other.next()];
  assert.ok(seen.every(({ data }) => data.bank === undefined));
  other.end();
});

test('more streams than are allowed are refused, until one ends', async () => {
  const [one, two] = [await stream(), await stream()];
  const refused = await deployment.fetch('/v1/events');
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '5');
  assert.equal(((await refused.json()) as { type: string }).type, 'urn:assay:problem:unavailable');
  one.end();
  const three = await stream();
  three.end();
  two.end();
});

test('a verifier that is asked to end ends its streams', async () => {
  await using draining = await Deployment.ready();
  const response = await draining.fetch('/v1/events');
  const ended = response.text();
  assert.deepEqual(await draining.service.stop(), { code: 0, signal: null });
  assert.match(await ended, /^retry: 2000/);
});
