import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trace } from '@opentelemetry/api';
import { telemetryCounters } from './counters.ts';
import type { LogFields } from './log-fields.ts';
import { createLogger, type LoggerOptions } from './logger.ts';
import { startTelemetry } from './telemetry.ts';
import { withSpan } from './with-span.ts';

const CANARY = 'canary-51234';

function logging(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const logger = createLogger('verifier', { ...options, write: (line) => lines.push(line) });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown>;
  return { lines, logger, last };
}

test('an event is one line of JSON with its fields', () => {
  const { lines, logger, last } = logging();
  logger.info('statement accepted', { statement: 'decision', index: 12n, durationMs: 3.5, check: undefined });
  assert.equal(lines.length, 1);
  assert.ok(lines[0]?.endsWith('}\n') && !lines[0].slice(0, -1).includes('\n'));
  const { time, ...rest } = last();
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    level: 'info',
    service: 'verifier',
    event: 'statement accepted',
    statement: 'decision',
    index: '12',
    durationMs: 3.5,
  });
});

test('lines below the level are not written', () => {
  const { lines, logger } = logging({ level: 'warn' });
  logger.info('started');
  logger.debug('started');
  assert.deepEqual(lines, []);
  logger.warn('queue full');
  logger.error('queue full');
  assert.equal(lines.length, 2);
});

test('fields, values and events that are not permitted are left out and counted', () => {
  const { lines, logger, last } = logging();
  const before = telemetryCounters().refused;
  const bad = {
    income: CANARY,
    reason: `free text ${CANARY}`,
    index: Number.NaN,
    code: { CANARY },
    scope: 'acme/loans/q1',
  };
  logger.info(`income is ${CANARY}`, bad as unknown as LogFields);
  assert.equal(lines.join('').includes(CANARY), false);
  assert.equal(last().event, 'unnamed');
  assert.equal(last().scope, 'acme/loans/q1');
  assert.equal(last().refused, 5);
  assert.equal(telemetryCounters().refused, before + 5);
});

test('a field cannot replace what the logger itself says', () => {
  const { logger, last } = logging();
  logger.info('started', { service: 'other', level: 'debug', traceId: 'x' } as LogFields);
  assert.equal(last().service, 'verifier');
  assert.equal(last().level, 'info');
  assert.equal(last().traceId, undefined);
});

test('a line names the active span', async (t) => {
  const telemetry = startTelemetry({ service: 'verifier' });
  t.after(() => telemetry.shutdown());
  const { logger, last } = logging();
  await withSpan('verify', {}, async () => {
    await Promise.resolve();
    logger.info('statement accepted');
    const { traceId, spanId } = trace.getActiveSpan()!.spanContext();
    assert.deepEqual([last().traceId, last().spanId], [traceId, spanId]);
  });
});

test('of a foreign error class, code and place are logged, of its causes too, and no message', () => {
  class DatabaseError extends Error {
    readonly code = 'SQLITE_FULL';
  }
  const { lines, logger, last } = logging();
  const inner = new TypeError(`value ${CANARY}\n    at ${CANARY} (file:///${CANARY}.ts:1:1)`);
  logger.error('archiving failed', { error: new DatabaseError(`row ${CANARY}`, { cause: inner }) });
  assert.equal(lines.join('').includes(CANARY), false);
  const { type, code, at, cause } = last().error as {
    type: string;
    code: string;
    at: string[];
    cause: { type: string; at: string[] };
  };
  assert.deepEqual([type, code, cause.type], ['DatabaseError', 'SQLITE_FULL', 'TypeError']);
  assert.match(at[0] ?? '', /logger\.test\.ts:\d+:\d+/);
  assert.match(cause.at[0] ?? '', /logger\.test\.ts:\d+:\d+/);
});

test('a message is logged of our own classes alone, and not of what another process said', () => {
  class OwnError extends Error {
    readonly remote: boolean;
    constructor(message: string, remote = false) {
      super(message);
      this.remote = remote;
    }
  }
  class Pretender extends OwnError {}
  const { logger, last } = logging({ ownErrors: [OwnError] });
  const messageOf = (error: unknown): unknown => {
    logger.error('archiving failed', { error });
    return (last().error as { message?: string }).message;
  };
  assert.equal(messageOf(new OwnError('the checkpoint is not signed')), 'the checkpoint is not signed');
  assert.equal(messageOf(new OwnError(CANARY, true)), undefined);
  assert.equal(messageOf(new Pretender(CANARY)), undefined);
  assert.equal(messageOf(new OwnError(`two\nlines ${CANARY}`)), undefined);
});

test('what was thrown but is no error is logged by its type', () => {
  const { lines, logger, last } = logging();
  for (const [thrown, type] of [
    [CANARY, 'string'],
    [51234, 'number'],
    [null, 'object'],
    [{ message: CANARY }, 'Object'],
  ] as const) {
    logger.error('archiving failed', { error: thrown });
    assert.deepEqual(last().error, { type });
  }
  assert.equal(lines.join('').includes(CANARY), false);
});
