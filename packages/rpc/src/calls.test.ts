import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { gateway } from '@assay/contracts';
import { Client, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { RpcError } from './error.ts';
import { FieldViolations } from './field-violations.ts';
import { application, serveGateway } from './fixture.ts';
import { clientCredentials } from './security.ts';
import type { CallRecord } from './server-options.ts';

const { GatewayServiceService: service } = gateway;

test('a unary call gets its response and the handler the caller’s deadline', async (t) => {
  let remaining = 0;
  const { client } = await serveGateway(t, {
    async getApplication({ applicationId }, call) {
      remaining = call.deadline.getTime() - Date.now();
      return { application: application(applicationId) };
    },
  });
  const response = await client.call.getApplication({ applicationId: 'a1' }, { deadlineMs: 3000 });
  assert.equal(response.application?.applicationId, 'a1');
  assert.ok(remaining > 0 && remaining <= 3000, `${remaining} ms remained`);
});

test('a rich error makes the whole way: code, reason, message, fields, metadata, delay', async (t) => {
  const { client } = await serveGateway(t, {
    async submitApplication({ ordinal, scope }) {
      const violations = new FieldViolations();
      violations.require(ordinal < 65_536, 'ordinal', 'must be below 65536');
      violations.require(scope !== '', 'scope', 'must be bank/product/period');
      violations.throwIfAny();
      return { application: undefined };
    },
    async requestFairness() {
      throw new RpcError('FAILED_PRECONDITION', 'the window has open intakes', {
        reason: 'WINDOW_INCOMPLETE',
        metadata: { scope: 'acme/loans/2025' },
        retryDelayMs: 1500,
      });
    },
  });
  const submission = gateway.SubmitApplicationRequest.fromPartial({ ordinal: 70_000 });
  await assert.rejects(client.call.submitApplication(submission), {
    name: 'RpcError',
    code: 'INVALID_ARGUMENT',
    reason: 'FIELD_VIOLATIONS',
    message: 'ordinal must be below 65536 (and 1 more)',
    fieldViolations: [
      { field: 'ordinal', description: 'must be below 65536' },
      { field: 'scope', description: 'must be bank/product/period' },
    ],
    remote: true,
  });
  await assert.rejects(client.call.requestFairness(gateway.RequestFairnessRequest.fromPartial({})), {
    code: 'FAILED_PRECONDITION',
    reason: 'WINDOW_INCOMPLETE',
    metadata: { scope: 'acme/loans/2025' },
    retryDelayMs: 1500,
  });
});

test('an error with more violations than a trailer holds still arrives', async (t) => {
  const { client } = await serveGateway(t, {
    async getApplication() {
      const violations = new FieldViolations();
      for (let i = 0; i < 1000; i++) violations.add(`declared[${i}].value${'x'.repeat(200)}`, 'y'.repeat(5000));
      violations.throwIfAny();
      return { application: undefined };
    },
  });
  await assert.rejects(client.call.getApplication({ applicationId: 'a' }), (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, 'INVALID_ARGUMENT');
    assert.equal(error.fieldViolations.length, 20);
    return true;
  });
});

test('a foreign error reaches the caller as INTERNAL without a word of its own, and the record with all of it', async (t) => {
  const records: CallRecord[] = [];
  const { client } = await serveGateway(
    t,
    {
      async getApplication() {
        throw new Error('income is 51234.50');
      },
    },
    { onCall: (record) => records.push(record) },
  );
  await assert.rejects(client.call.getApplication({ applicationId: 'a' }), (error) => {
    assert.ok(error instanceof RpcError);
    assert.deepEqual([error.code, error.message, error.reason], ['INTERNAL', 'internal error', 'INTERNAL']);
    assert.ok(!JSON.stringify(error).includes('51234'));
    return true;
  });
  assert.equal(records[0]?.path, service.getApplication.path);
  assert.ok(records[0]?.error instanceof Error);
  assert.equal(records[0].error.message, 'income is 51234.50');
});

test('a dependency’s refusal is not passed on, its "later" is, and the service’s own errors are mapped', async (t) => {
  class StoreError extends Error {}
  const errors: Record<string, Error> = {
    refusal: new RpcError('PERMISSION_DENIED', 'secret of another service', { reason: 'X' }, true),
    later: new RpcError('UNAVAILABLE', 'secret of another service', { retryDelayMs: 70 }, true),
    own: new StoreError(),
  };
  const { client } = await serveGateway(
    t,
    {
      async submitApplication({ scope }) {
        throw errors[scope];
      },
    },
    { mapError: (error) => (error instanceof StoreError ? new RpcError('NOT_FOUND', 'no such thing') : undefined) },
  );
  const fail = (scope: string) =>
    client.call.submitApplication(gateway.SubmitApplicationRequest.fromPartial({ scope }), { deadlineMs: 250 });
  await assert.rejects(fail('refusal'), { code: 'INTERNAL', message: 'internal error' });
  await assert.rejects(fail('own'), { code: 'NOT_FOUND', message: 'no such thing' });
  await assert.rejects(fail('later'), (error) => {
    assert.ok(error instanceof RpcError && !error.message.includes('secret'), 'a dependency’s words are kept back');
    return error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED';
  });
});

test('a call without a deadline is refused, or gets the server’s where it has one', async (t) => {
  const withoutDeadline = async (address: string): Promise<ServiceError | object> => {
    const bare = new Client(address, clientCredentials({ kind: 'insecure-loopback' }, address));
    t.after(() => bare.close());
    const { path, requestSerialize, responseDeserialize } = service.getApplication as unknown as MethodDefinition<
      object,
      object
    >;
    const { promise, resolve } = Promise.withResolvers<ServiceError | object>();
    bare.makeUnaryRequest(path, requestSerialize, responseDeserialize, { applicationId: 'a' }, (error, response) => {
      resolve(error ?? response ?? {});
    });
    return promise;
  };
  const strict = await serveGateway(t, { getApplication: async () => ({ application: application('a') }) });
  assert.match(String(await withoutDeadline(strict.address)), /INVALID_ARGUMENT.*no deadline/);
  const lenient = await serveGateway(
    t,
    {
      async getApplication(_request, { signal }) {
        await once(signal, 'abort');
        return { application: undefined };
      },
    },
    { defaultDeadlineMs: 50 },
  );
  assert.match(String(await withoutDeadline(lenient.address)), /DEADLINE_EXCEEDED/);
});

test('the deadline ends a call on both sides, also when the handler does not heed it', async (t) => {
  const { promise: record, resolve } = Promise.withResolvers<CallRecord>();
  const { promise: never } = Promise.withResolvers<never>();
  const { client } = await serveGateway(t, { getApplication: () => never }, { onCall: resolve });
  await assert.rejects(client.call.getApplication({ applicationId: 'a' }, { deadlineMs: 50 }), {
    code: 'DEADLINE_EXCEEDED',
  });
  // The server's time began later: the caller's giving up may reach it before its own clock says so.
  assert.match((await record).code, /^(DEADLINE_EXCEEDED|CANCELLED)$/);
});

test('a caller’s cancellation reaches the handler’s signal', async (t) => {
  const controller = new AbortController();
  const { promise: record, resolve } = Promise.withResolvers<CallRecord>();
  const { client } = await serveGateway(
    t,
    {
      async getApplication(_request, { signal }) {
        controller.abort();
        await once(signal, 'abort');
        signal.throwIfAborted();
        return { application: undefined };
      },
    },
    { onCall: resolve },
  );
  const call = client.call.getApplication({ applicationId: 'a' }, { signal: controller.signal });
  await assert.rejects(call, { code: 'CANCELLED' });
  assert.equal((await record).code, 'CANCELLED');
});

test('deadlines that the wire cannot carry are refused before the call', async (t) => {
  const { client } = await serveGateway(t, {});
  for (const deadlineMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    await assert.rejects(client.call.getApplication({ applicationId: 'a' }, { deadlineMs }), { reason: 'DEADLINE' });
  }
});

test('a repeatable call waits as long as the server says and succeeds; without time for it, it fails at once', async (t) => {
  let attempts = 0;
  const { client } = await serveGateway(t, {
    async getApplication() {
      attempts += 1;
      if (attempts % 3 !== 0) throw new RpcError('RESOURCE_EXHAUSTED', 'the queue is full', { retryDelayMs: 40 });
      return { application: application('a') };
    },
  });
  const started = performance.now();
  await client.call.getApplication({ applicationId: 'a' });
  assert.equal(attempts, 3);
  assert.ok(performance.now() - started >= 80, 'both waits were kept');
  await assert.rejects(client.call.getApplication({ applicationId: 'a' }, { deadlineMs: 30 }), {
    code: 'RESOURCE_EXHAUSTED',
    retryDelayMs: 40,
  });
  assert.equal(attempts, 4);
});

test('an UNAVAILABLE call is tried again by itself', async (t) => {
  let attempts = 0;
  const { client } = await serveGateway(t, {
    async getApplication() {
      attempts += 1;
      if (attempts < 3) throw new RpcError('UNAVAILABLE', 'not yet');
      return { application: application('a') };
    },
  });
  assert.equal((await client.call.getApplication({ applicationId: 'a' })).application?.applicationId, 'a');
  assert.equal(attempts, 3);
});

test('more calls than permitted are refused with a delay, and admitted when one has ended', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { client } = await serveGateway(
    t,
    {
      async getApplication() {
        enter();
        await gate;
        return { application: application('first') };
      },
      async getWindow() {
        return { window: undefined };
      },
    },
    { limits: { maxCalls: 1, overloadRetryMs: 20_000 } },
  );
  const first = client.call.getApplication({ applicationId: 'a' });
  await entered;
  await assert.rejects(client.call.getWindow({ scope: 's', number: 1 }), {
    code: 'RESOURCE_EXHAUSTED',
    reason: 'TOO_MANY_CALLS',
    retryDelayMs: 20_000,
  });
  open();
  await first;
  await client.call.getWindow({ scope: 's', number: 1 });
});

test('messages above the limit are refused in both directions', async (t) => {
  const { client } = await serveGateway(
    t,
    {
      async getApplication({ applicationId }) {
        return { application: application(applicationId.repeat(2)) };
      },
    },
    { limits: { maxReceiveBytes: 2000, maxSendBytes: 3000 } },
  );
  const send = (length: number) => client.call.getApplication({ applicationId: 'x'.repeat(length) });
  await send(1000);
  await assert.rejects(send(2001), { code: 'RESOURCE_EXHAUSTED' });
  await assert.rejects(send(1600), { code: 'RESOURCE_EXHAUSTED' });
});
