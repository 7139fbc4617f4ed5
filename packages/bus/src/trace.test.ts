import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headers } from '@nats-io/nats-core';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { captureTrace, contextOfTrace, extractTrace, injectTrace } from './trace.ts';

propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);

const stored = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' };

test('carries the trace context through text and headers unchanged', () => {
  const from = contextOfTrace(stored);
  assert.equal(trace.getSpanContext(from)?.traceId, '0af7651916cd43dd8448eb211c80319c');
  assert.deepEqual(captureTrace(from), stored);
  const carried = headers();
  injectTrace(from, carried);
  assert.deepEqual(captureTrace(extractTrace(carried)), stored);
});

test('never lets baggage out', () => {
  const baggage = propagation.createBaggage({ income: { value: 'canary' } });
  const carried = headers();
  injectTrace(propagation.setBaggage(contextOfTrace(stored), baggage), carried);
  assert.deepEqual(carried.keys().sort(), ['traceparent', 'tracestate']);
});

test('starts anew where there is no context, or a malformed one', () => {
  assert.equal(captureTrace(ROOT_CONTEXT), undefined);
  assert.equal(trace.getSpanContext(contextOfTrace(undefined)), undefined);
  assert.equal(trace.getSpanContext(contextOfTrace({ traceparent: 'nonsense' })), undefined);
  assert.equal(trace.getSpanContext(extractTrace(undefined)), undefined);
  assert.equal(trace.getSpanContext(context.active()), undefined);
});
