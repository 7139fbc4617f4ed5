import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { TraceCollector } from './trace-collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

interface Made {
  readonly id: string;
  readonly parent?: string;
}

function jsonExport(spans: readonly Made[], traceId = TRACE): string {
  const exported = spans.map(({ id, parent }) => ({
    traceId,
    spanId: id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name: `span ${id}`,
    kind: 2,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000000000001',
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'verifier' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: exported }] }] });
}

function protobufExport({ id, parent }: Made): Uint8Array {
  const span = new BinaryWriter();
  span.tag(1, 2).bytes(Buffer.from(TRACE, 'hex')).tag(2, 2).bytes(Buffer.from(id, 'hex'));
  if (parent !== undefined) span.tag(4, 2).bytes(Buffer.from(parent, 'hex'));
  span.tag(5, 2).string(`span ${id}`).tag(6, 0).int32(4);
  span.tag(7, 1).fixed64('1700000000000000000').tag(8, 1).fixed64('1700000000000000001').tag(16, 5).fixed32(1);
  const value = new BinaryWriter().tag(1, 2).string('gateway').finish();
  const attribute = new BinaryWriter().tag(1, 2).string('service.name').tag(2, 2).bytes(value).finish();
  const resource = new BinaryWriter().tag(1, 2).bytes(attribute).finish();
  const scopeSpans = new BinaryWriter().tag(2, 2).bytes(span.finish()).finish();
  const resourceSpans = new BinaryWriter().tag(1, 2).bytes(resource).tag(2, 2).bytes(scopeSpans).finish();
  return new BinaryWriter().tag(1, 2).bytes(resourceSpans).finish();
}

async function send(
  collector: TraceCollector,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
) {
  return fetch(`${collector.endpoint}/v1/traces`, { method: 'POST', body, headers });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

test('reads exports in JSON and protobuf, compressed or not', async () => {
  await using collector = await TraceCollector.start();
  assert.equal((await send(collector, jsonExport([{ id: '00000000000000a1' }]), JSON_TYPE)).status, 200);
  const packed = Uint8Array.from(gzipSync(protobufExport({ id: '00000000000000a2', parent: '00000000000000a1' })));
  await send(collector, packed, { ...PROTOBUF_TYPE, 'content-encoding': 'gzip' });
  const spans = await collector.waitFor((all) => all.length === 2);
  assert.deepEqual(spans[1], {
    traceId: TRACE,
    spanId: '00000000000000a2',
    parentSpanId: '00000000000000a1',
    name: 'span 00000000000000a2',
    kind: 4,
    start: 1700000000000000000n,
    end: 1700000000000000001n,
    service: 'gateway',
  });
  assert.equal(spans[0]?.service, 'verifier');
  collector.assertConnected(TRACE);
  assert.equal(collector.includes('gateway'), true);
  assert.equal(collector.includes('canary'), false);
});

test('names what is wrong with a trace: no span, two first ones, a missing parent, a circle', async () => {
  const cases: [readonly Made[], RegExp][] = [
    [[], /0 first spans/],
    [[{ id: 'a1' }, { id: 'a2' }], /2 first spans/],
    [[{ id: 'a1' }, { id: 'a2', parent: 'ff' }], /no chain of parents .* verifier\/span a2/],
    [[{ id: 'a1' }, { id: 'a2', parent: 'a3' }, { id: 'a3', parent: 'a2' }], /no chain of parents/],
  ];
  for (const [spans, message] of cases) {
    await using collector = await TraceCollector.start();
    await send(collector, jsonExport(spans), JSON_TYPE);
    assert.throws(() => collector.assertConnected(TRACE), message);
  }
});

test('refuses what is no export, and lets whoever waits know', async () => {
  await using collector = await TraceCollector.start();
  assert.equal((await send(collector, Uint8Array.of(0xff, 0xff, 0xff), PROTOBUF_TYPE)).status, 400);
  await assert.rejects(
    collector.waitFor(() => false),
    { code: 'BAD_EXPORT' },
  );
});

test('says which spans came when the expected ones do not', async () => {
  await using collector = await TraceCollector.start();
  await send(collector, jsonExport([{ id: 'a1' }]), JSON_TYPE);
  await assert.rejects(
    collector.waitFor((spans) => spans.length === 2, 20),
    /verifier\/span a1/,
  );
});
