import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from './events.ts';

async function read(...chunks: string[]): Promise<{ id: string | undefined; data: string }[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  }
  return await Array.fromAsync(readEvents(body()));
}

test('events are read whatever chunks they come in, comments are passed over', async () => {
  const events = await read(
    ': hello\n\nid: 4\neve',
    'nt: accepted\ndata: {"a"',
    ':1}\n\n: still here\n\nevent: pending\ndata: {}\n\n',
  );
  assert.deepEqual(events, [
    { id: '4', data: '{"a":1}' },
    { id: undefined, data: '{}' },
  ]);
});

test('an event that the stream breaks off is not given', async () => {
  assert.deepEqual(await read('id: 1\ndata: {}\n\nid: 2\ndata: {'), [{ id: '1', data: '{}' }]);
});
