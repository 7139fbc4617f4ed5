import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { RpcError } from '@assay/rpc';
import { resuming } from './resuming.ts';

const unavailable = new RpcError('UNAVAILABLE', 'no connection', {}, true);

test('a stream that falls silent is opened again', async () => {
  let opened = 0;
  async function* open(signal: AbortSignal): AsyncGenerator<number> {
    opened += 1;
    yield opened;
    await once(signal, 'abort');
    throw new RpcError('CANCELLED', 'cancelled', {}, true);
  }
  const received: number[] = [];
  for await (const message of resuming(open, () => false, { silenceMs: 30 })) {
    received.push(message);
    if (received.length === 2) break;
  }
  assert.deepEqual(received, [1, 2]);
});

test('a reader that takes its time does not make the stream silent', async () => {
  let opened = 0;
  let silent = false;
  async function* open(signal: AbortSignal): AsyncGenerator<number> {
    opened += 1;
    signal.addEventListener('abort', () => {
      silent = true;
    });
    yield 1;
    yield 2;
  }
  for await (const _message of resuming(open, () => true, { silenceMs: 20 })) {
    await once(AbortSignal.timeout(60), 'abort');
  }
  assert.deepEqual([opened, silent], [1, false]);
});

test('failures in a row are given up after the limit, and a message begins the count anew', async () => {
  let opened = 0;
  async function* open(): AsyncGenerator<number> {
    opened += 1;
    if (opened === 2) yield 7;
    throw unavailable;
  }
  const received: number[] = [];
  const read = async (): Promise<void> => {
    const options = { silenceMs: 1000, maxFailures: 2 };
    for await (const message of resuming(open, () => false, options)) received.push(message);
  };
  await assert.rejects(read(), unavailable);
  assert.deepEqual([received, opened], [[7], 4]);
});

test('what does not heal is thrown at once', async () => {
  let opened = 0;
  const open = (): AsyncIterable<number> => {
    opened += 1;
    throw new RpcError('PERMISSION_DENIED', 'no', {}, true);
  };
  await assert.rejects(resuming(open, () => false, { silenceMs: 1000 }).next(), { code: 'PERMISSION_DENIED' });
  assert.equal(opened, 1);
});

test('a signal ends the wait between attempts', async () => {
  const controller = new AbortController();
  async function* open(): AsyncGenerator<number> {
    queueMicrotask(() => controller.abort());
    throw new RpcError('RESOURCE_EXHAUSTED', 'later', { retryDelayMs: 60_000 }, true);
  }
  const result = await resuming(open, () => false, { signal: controller.signal, silenceMs: 1000 }).next();
  assert.equal(result.done, true);
});
