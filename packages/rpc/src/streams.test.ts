import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { gateway } from '@assay/contracts';
import { RpcError } from './error.ts';
import { application, serveGateway } from './fixture.ts';
import type { CallRecord } from './server-options.ts';

type Upload = gateway.RegisterModelRequest;
const chunk = (size: number): Upload => ({ payload: { $case: 'chunk', value: new Uint8Array(size) } });

test('a stream of requests arrives whole and in order, and is slowed to what the handler takes', async (t) => {
  let received = 0;
  const { client } = await serveGateway(t, {
    async registerModel(requests) {
      for await (const { payload } of requests) if (payload?.$case === 'chunk') received += payload.value.length;
      return { operation: undefined };
    },
  });
  function* upload(): Generator<Upload> {
    for (let i = 0; i < 64; i++) yield chunk(65_536 + i);
  }
  await client.call.registerModel(upload());
  assert.equal(received, 64 * 65_536 + (63 * 64) / 2);
});

test('a handler may refuse an upload before its end; the client stops sending and gets the error', async (t) => {
  const { client } = await serveGateway(t, {
    async registerModel(requests) {
      for await (const { payload } of requests) {
        assert.equal(payload?.$case, 'chunk');
        throw new RpcError('INVALID_ARGUMENT', 'the first message is no header', { reason: 'HEADER_MISSING' });
      }
      return { operation: undefined };
    },
  });
  let sent = 0;
  async function* upload(): AsyncGenerator<Upload> {
    for (; sent < 100_000; sent++) {
      yield chunk(65_536);
      await new Promise(setImmediate);
    }
  }
  await assert.rejects(client.call.registerModel(upload()), { code: 'INVALID_ARGUMENT', reason: 'HEADER_MISSING' });
  assert.ok(sent < 100_000, 'the upload was stopped');
});

test('an upload whose source fails ends on both sides, and the source’s error is what the caller gets', async (t) => {
  const { promise: ended, resolve } = Promise.withResolvers<CallRecord>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { client } = await serveGateway(
    t,
    {
      async registerModel(requests) {
        for await (const _request of requests) arrive();
        return { operation: undefined };
      },
    },
    { onCall: resolve },
  );
  async function* upload(): AsyncGenerator<Upload> {
    yield chunk(10);
    await arrived;
    throw new TypeError('the file is gone');
  }
  await assert.rejects(client.call.registerModel(upload()), new TypeError('the file is gone'));
  await ended;
});

test('a stream of responses arrives in order and ends', async (t) => {
  const { client } = await serveGateway(t, {
    async *watchApplication({ applicationId }) {
      for (let i = 0; i < 1000; i++) yield { application: application(`${applicationId}-${i}`) };
    },
  });
  let expected = 0;
  for await (const { application: next } of client.call.watchApplication(
    { applicationId: 'a' },
    { deadlineMs: 5000 },
  )) {
    assert.equal(next?.applicationId, `a-${expected++}`);
  }
  assert.equal(expected, 1000);
});

test('an error in the middle of a stream comes after what was sent, with its details', async (t) => {
  const { client } = await serveGateway(t, {
    async *watchApplication() {
      yield { application: application('one') };
      throw new RpcError('OUT_OF_RANGE', 'no longer kept', { reason: 'TOKEN_TOO_OLD' });
    },
  });
  const seen: (string | undefined)[] = [];
  const watch = async (): Promise<void> => {
    for await (const { application: next } of client.call.watchApplication(
      { applicationId: 'a' },
      { deadlineMs: 5000 },
    )) {
      seen.push(next?.applicationId);
    }
  };
  await assert.rejects(watch(), { code: 'OUT_OF_RANGE', reason: 'TOKEN_TOO_OLD' });
  assert.deepEqual(seen, ['one']);
});

test('leaving the loop cancels the call, and the handler’s generator is finished', async (t) => {
  const { promise: finished, resolve } = Promise.withResolvers<string>();
  const { client } = await serveGateway(t, {
    async *watchApplication(_request, { signal }) {
      try {
        yield { application: application('one') };
        await once(signal, 'abort');
      } finally {
        resolve((signal.reason as RpcError).code);
      }
    },
  });
  for await (const _first of client.call.watchApplication({ applicationId: 'a' }, { deadlineMs: 5000 })) break;
  assert.equal(await finished, 'CANCELLED');
});

test('a stream ends at its deadline', async (t) => {
  const { client } = await serveGateway(t, {
    async *watchApplication(_request, { signal }) {
      yield { application: application('one') };
      await once(signal, 'abort');
    },
  });
  const watch = async (): Promise<void> => {
    for await (const _response of client.call.watchApplication({ applicationId: 'a' }, { deadlineMs: 100 }));
  };
  await assert.rejects(watch(), { code: 'DEADLINE_EXCEEDED' });
});

test('a slow reader slows the handler down', async (t) => {
  let produced = 0;
  const total = 2000;
  const { client } = await serveGateway(t, {
    async *watchApplication() {
      for (; produced < total; produced++) yield { application: application('x'.repeat(10_000)) };
    },
  });
  for await (const _first of client.call.watchApplication({ applicationId: 'a' }, { deadlineMs: 5000 })) {
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    break;
  }
  assert.ok(produced < total, `${produced} of ${total} were produced for a reader that took one`);
});
