import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { gateway, model, operation } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { startTelemetry, withSpan } from '@assay/telemetry';
import { TraceCollector } from '@assay/testkit';
import { ClientError } from './error.ts';
import { type GatewayHandlers, gatewayClient, gatewayWith, start } from './fixture.ts';

const { ApplicationState } = gateway;
const { OperationState } = operation;

const description = model.ModelDescription.fromPartial({ name: 'retail', version: '1', approveLabel: '1' });

function running(state: operation.OperationState, rest: object = {}): gateway.Operation {
  return gateway.Operation.fromPartial({ status: { operationId: 'op-1', state, ...rest } });
}

function inState(state: gateway.ApplicationState): gateway.WatchApplicationResponse {
  return { application: gateway.Application.fromPartial({ applicationId: 'a', state }) };
}

test('a model is uploaded with its digest, and its registration waited for', async (t) => {
  const onnx = new Uint8Array(600_000).map((_, i) => i % 251);
  const waits: operation.OperationState[] = [OperationState.RUNNING, OperationState.SUCCEEDED];
  const handlers: GatewayHandlers = {
    async registerModel(requests) {
      const hash = createHash('sha256');
      let announced: Uint8Array | undefined;
      for await (const { payload } of requests) {
        if (payload?.$case === 'header') announced = payload.value.model?.sha256;
        else hash.update(payload?.value ?? new Uint8Array());
      }
      assert.deepEqual(hash.digest(), Buffer.from(announced ?? []));
      return { operation: running(OperationState.RUNNING) };
    },
    async waitOperation({ operationId, timeout }) {
      assert.equal(operationId, 'op-1');
      assert.ok(timeout !== undefined && timeout.seconds <= 30n);
      const registeredModel = gateway.RegisteredModel.fromPartial({ report: { modelCommitment: '7' } });
      const result = { $case: 'registeredModel', value: registeredModel } as const;
      return { operation: { ...running(waits.shift()!), result } };
    },
  };
  const { port } = await start(t, [gatewayWith(handlers)]);
  const client = gatewayClient(t, port);
  const started = await client.registerModel({ requestId: 'request-1', model: description, onnx });
  const registered = await client.registeredModel(started, 5000);
  assert.equal(registered.report?.modelCommitment, '7');
  assert.deepEqual(waits, []);
});

test('an upload that no gateway would take is not started', async (t) => {
  const { port } = await start(t, [gatewayWith({})]);
  const client = gatewayClient(t, port);
  for (const size of [0, 16 * 1024 * 1024 + 1]) {
    const upload = { requestId: 'request-1', model: description, onnx: new Uint8Array(size) };
    await assert.rejects(client.registerModel(upload), { name: 'ClientError', code: 'UPLOAD_REFUSED' });
  }
});

test('an operation that fails is an error with its reason; one that lasts too long a timeout', async (t) => {
  const error = operation.OperationError.fromPartial({ code: 3, reason: 'OPERATOR_UNKNOWN', message: 'operator Conv' });
  const { port } = await start(t, [
    gatewayWith({ waitOperation: async () => ({ operation: running(OperationState.RUNNING) }) }),
  ]);
  const client = gatewayClient(t, port);
  await assert.rejects(client.registeredModel(running(OperationState.FAILED, { error }), 1000), (thrown) => {
    assert.ok(thrown instanceof ClientError);
    assert.deepEqual([thrown.code, thrown.operationError?.reason], ['OPERATION_FAILED', 'OPERATOR_UNKNOWN']);
    return true;
  });
  await assert.rejects(client.windowFairness(running(OperationState.RUNNING), 50), { code: 'TIMEOUT' });
});

test('a watch survives a restart of the gateway and tells each state once', async (t) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first = await start(t, [
    gatewayWith({
      async *watchApplication(_request, { signal }) {
        yield inState(ApplicationState.SUBMITTED);
        yield inState(ApplicationState.ADMITTED);
        open();
        await once(signal, 'abort');
      },
    }),
  ]);
  const client = gatewayClient(t, first.port);
  const restarted = (async () => {
    await gate;
    await first.server.drain(0);
    const again = gatewayWith({
      async *watchApplication() {
        yield inState(ApplicationState.ADMITTED);
        yield inState(ApplicationState.DECISION_PROVED);
        yield inState(ApplicationState.CLOSED);
      },
    });
    await start(t, [again], first.port);
  })();
  const states: gateway.ApplicationState[] = [];
  for await (const { state } of client.watchApplication('a', { deadlineMs: 20_000 })) states.push(state);
  await restarted;
  const { SUBMITTED, ADMITTED, DECISION_PROVED, CLOSED } = ApplicationState;
  assert.deepEqual(states, [SUBMITTED, ADMITTED, DECISION_PROVED, CLOSED]);
});

test('a watch ends with a timeout when its time is over, and with an error that does not heal', async (t) => {
  const { port } = await start(t, [
    gatewayWith({
      async *watchApplication({ applicationId }, { signal }) {
        if (applicationId === 'unknown') throw new RpcError('NOT_FOUND', 'there is no such application');
        yield inState(ApplicationState.SUBMITTED);
        await once(signal, 'abort');
      },
    }),
  ]);
  const client = gatewayClient(t, port);
  await assert.rejects(client.settledApplication('a', { deadlineMs: 150 }), { code: 'TIMEOUT' });
  await assert.rejects(client.settledApplication('unknown', { deadlineMs: 5000 }), { code: 'NOT_FOUND' });
});

test('an application is settled when it is referred', async (t) => {
  const { port } = await start(t, [
    gatewayWith({
      async *watchApplication(_request, { signal }) {
        yield inState(ApplicationState.ADMITTED);
        yield inState(ApplicationState.REFERRED);
        await once(signal, 'abort');
      },
    }),
  ]);
  const settled = await gatewayClient(t, port).settledApplication('a', { deadlineMs: 5000 });
  assert.equal(settled.state, ApplicationState.REFERRED);
});

test('a subscription continues behind the last message after a break, heartbeats included', async (t) => {
  const positions: unknown[] = [];
  const event = (digest: number): gateway.Event =>
    gateway.Event.fromPartial({
      body: { $case: 'statement', value: { statement: { digest: Uint8Array.of(digest) } } },
    });
  const { port } = await start(t, [
    gatewayWith({
      async *subscribeEvents({ position }, { signal }) {
        positions.push(position);
        switch (positions.length) {
          case 1:
            yield { event: undefined, resumeToken: 'start' };
            throw new RpcError('UNAVAILABLE', 'the server is shutting down');
          case 2:
            yield { event: event(1), resumeToken: 'one' };
            return;
          default:
            yield { event: event(2), resumeToken: 'two' };
            await once(signal, 'abort');
        }
      },
    }),
  ]);
  const client = gatewayClient(t, port);
  const tokens: string[] = [];
  for await (const { event: received, resumeToken } of client.subscribe('latest')) {
    assert.equal(received.body?.$case, 'statement');
    tokens.push(resumeToken);
    if (tokens.length === 2) break;
  }
  assert.deepEqual(tokens, ['one', 'two']);
  const { LATEST } = gateway.SubscribeEventsRequest_Start;
  assert.deepEqual(positions, [
    { $case: 'start', value: LATEST },
    { $case: 'resumeToken', value: 'start' },
    { $case: 'resumeToken', value: 'one' },
  ]);
});

test('a subscription ends by its signal without an error, and with one when the position is gone', async (t) => {
  const { port } = await start(t, [
    gatewayWith({
      async *subscribeEvents({ position }, { signal }) {
        if (position?.$case === 'resumeToken') throw new RpcError('OUT_OF_RANGE', 'no longer kept');
        yield { event: gateway.Event.fromPartial({}), resumeToken: 't' };
        await once(signal, 'abort');
      },
    }),
  ]);
  const client = gatewayClient(t, port);
  const controller = new AbortController();
  let received = 0;
  for await (const _event of client.subscribe('earliest', { signal: controller.signal })) {
    received += 1;
    controller.abort();
  }
  assert.equal(received, 1);
  await assert.rejects(client.subscribe({ resumeToken: 'old' }).next(), { code: 'OUT_OF_RANGE' });
});

test('windows are listed across pages', async (t) => {
  const { port } = await start(t, [
    gatewayWith({
      async listWindows({ pageToken, scope }) {
        const number = pageToken === '' ? 3 : Number(pageToken);
        const windows = [gateway.Window.fromPartial({ scope, number })];
        return { windows, nextPageToken: number > 1 ? String(number - 1) : '' };
      },
    }),
  ]);
  const numbers: number[] = [];
  for await (const { number } of gatewayClient(t, port).windows({ scope: 'acme/loans/q1' })) numbers.push(number);
  assert.deepEqual(numbers, [3, 2, 1]);
});

test('one trace leads from the bank’s call into the gateway and to what it calls', async (t) => {
  const collector = await TraceCollector.start();
  const telemetry = startTelemetry({ service: 'test', otlpEndpoint: collector.endpoint });
  t.after(async () => {
    await telemetry.shutdown();
    await collector[Symbol.asyncDispose]();
  });
  const inner = await start(t, [gatewayWith({ getWindow: async () => ({ window: gateway.Window.fromPartial({}) }) })]);
  const innerClient = gatewayClient(t, inner.port);
  const outer = await start(t, [
    gatewayWith({
      async submitApplication() {
        await withSpan('seal', {}, () => innerClient.getWindow({ scope: 's', number: 1 }));
        return { application: gateway.Application.fromPartial({ applicationId: 'a' }) };
      },
      async *watchApplication() {
        await withSpan('follow', {}, () => innerClient.getWindow({ scope: 's', number: 1 }));
        yield inState(ApplicationState.CLOSED);
      },
    }),
  ]);
  const client = gatewayClient(t, outer.port);
  await withSpan('bank', {}, async () => {
    await client.submitApplication(gateway.SubmitApplicationRequest.fromPartial({}));
    for await (const _state of client.watchApplication('a', { deadlineMs: 5000 }));
  });
  await telemetry.flush();
  const spans = collector.spans();
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  collector.assertConnected(spans[0]!.traceId);
  const parentOf = (name: string): string | undefined => {
    const span = spans.find((candidate) => candidate.name === name);
    return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
  };
  assert.equal(parentOf('seal'), 'assay.gateway.v1.GatewayService/SubmitApplication');
  assert.equal(parentOf('follow'), 'assay.gateway.v1.GatewayService/WatchApplication');
  assert.equal(spans.length, 11);
});
