import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, statement, verifier, window as windows } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { resumeToken } from '../src/resume-token.ts';
import { scopeRegistrations, submission } from './application-request.ts';
import { made, STATES } from './fakes.ts';
import { digestOf, Rig, SCOPE } from './rig.ts';

const { EARLIEST, LATEST, UNSPECIFIED } = gateway.SubscribeEventsRequest_Start;
const { ELIGIBILITY, CONFORMANCE } = statement.StatementKind;
type Position = gateway.SubscribeEventsRequest['position'];
const start = (value: gateway.SubscribeEventsRequest_Start): Position => ({ $case: 'start', value });
const after = (value: string): Position => ({ $case: 'resumeToken', value });
const refusal = (code: string, field?: string) => (error: unknown) =>
  error instanceof RpcError &&
  error.code === code &&
  (field === undefined || error.fieldViolations.some((violation) => violation.field === field));

interface Received {
  readonly digest: string;
  readonly token: string;
  readonly event: gateway.Event;
}

/** The next `count` events from a position. */
async function read(rig: Rig, position: Position, count: number, kinds: statement.StatementKind[] = []) {
  const received: Received[] = [];
  const stream = rig.call.subscribeEvents({ position, kinds }, { deadlineMs: 15_000 });
  for await (const { event, resumeToken: token } of stream) {
    if (event === undefined) continue;
    const digest =
      event.body?.$case === 'statement' ? Buffer.from(event.body.value.statement!.digest).toString('hex') : '';
    received.push({ digest, token, event });
    if (received.length === count) break;
  }
  return received;
}

const announceConformance = (rig: Rig, n: number, dedupeId?: string) =>
  rig.announce('accepted', digestOf(n), { index: n, statement: 'conformance', scope: undefined }, dedupeId);

test('a subscription resumes behind any event, without loss or repetition, also after restarts', async (t) => {
  const rig = await Rig.start(t, { pace: { windowsMs: 3_600_000 } });
  for (let n = 1; n <= 6; n++) {
    await announceConformance(rig, n);
    await rig.announce('accepted', digestOf(50 + n), { index: 50 + n, kind: 'registration' });
  }
  const first = await read(rig, start(EARLIEST), 6);
  assert.deepEqual(
    first.map(({ digest }) => digest),
    [1, 2, 3, 4, 5, 6].map(digestOf),
  );
  await rig.stop();
  await announceConformance(rig, 7);
  await rig.startGateway();
  await announceConformance(rig, 8);
  for (const [i, { token }] of first.entries()) {
    const rest = await read(rig, after(token), 8 - (i + 1));
    assert.deepEqual(
      rest.map(({ digest }) => digest),
      [1, 2, 3, 4, 5, 6, 7, 8].slice(i + 1).map(digestOf),
    );
  }
});

test('an event that the stream has twice is told once', async (t) => {
  const rig = await Rig.start(t, { pace: { windowsMs: 3_600_000 } });
  await announceConformance(rig, 1);
  // As the verifier says it again, beyond the time for which the bus remembers ids.
  await announceConformance(rig, 1, 'again');
  await announceConformance(rig, 2);
  const received = await read(rig, start(EARLIEST), 2);
  assert.deepEqual(
    received.map(({ digest }) => digest),
    [1, 2].map(digestOf),
  );
});

test('events say what became of which application, and can be chosen by kind', async (t) => {
  const rig = await Rig.start(t, { pace: { windowsMs: 3_600_000 } });
  rig.fakes.registrations = await scopeRegistrations();
  const { application } = await rig.call.submitApplication(submission());
  const { applicationId } = application!;
  await announceConformance(rig, 1);
  const statements = [made(ELIGIBILITY, digestOf(2))];
  rig.fakes.decide(applicationId, { state: STATES.INTAKE_PROVED, applicantCommitment: '5', statements });
  const common = { statement: 'eligibility', subject: '5' };
  await rig.announce('pending', digestOf(2), { ...common, code: 'MODEL_MISSING' });
  await rig.announce('accepted', digestOf(2), { ...common, index: 9 });
  const [pending, accepted] = await read(rig, start(EARLIEST), 2, [ELIGIBILITY]);
  const { PENDING, ACCEPTED } = statement.ArchiveResult;
  const bodies = [pending, accepted].map((received) => {
    assert(received?.event.body?.$case === 'statement');
    const { statement: reference, applicationId: about, scope } = received.event.body.value;
    return [reference?.result, reference?.index, reference?.code, about, scope];
  });
  assert.deepEqual(bodies, [
    [PENDING, undefined, 'MODEL_MISSING', applicationId, SCOPE],
    [ACCEPTED, 9n, '', applicationId, SCOPE],
  ]);
  const [conformance] = await read(rig, start(EARLIEST), 1, [CONFORMANCE]);
  assert.equal(conformance?.digest, digestOf(1));
});

test('a window that changes its state is an event', async (t) => {
  const rig = await Rig.start(t, { pace: { windowsMs: 10 } });
  const { OPEN, READY } = windows.WindowState;
  const set = (state: windows.WindowState) =>
    rig.fakes.windows.set(2, verifier.Window.fromPartial({ scope: SCOPE, number: 2, state }));
  await announceConformance(rig, 1);
  await read(rig, start(EARLIEST), 1);
  set(OPEN);
  const opened = await read(rig, start(EARLIEST), 2);
  set(READY);
  const [ready] = await read(rig, after(opened[1]!.token), 1);
  const states = [opened[1], ready].map((received) => {
    assert(received?.event.body?.$case === 'window');
    return received.event.body.value.state;
  });
  assert.deepEqual(states, [OPEN, READY]);
});

test('silence is filled with heartbeats that carry the position', async (t) => {
  const rig = await Rig.start(t, { pace: { heartbeatMs: 30, windowsMs: 3_600_000 } });
  await announceConformance(rig, 1);
  const [{ token } = { token: '' }] = await read(rig, start(EARLIEST), 1);
  const tokens: string[] = [];
  const stream = rig.call.subscribeEvents({ position: start(LATEST), kinds: [] }, { deadlineMs: 15_000 });
  for await (const { event, resumeToken: heartbeat } of stream) {
    assert.equal(event, undefined);
    if (tokens.push(heartbeat) === 3) break;
  }
  assert.deepEqual(tokens, [token, token, token]);
  await announceConformance(rig, 2);
  assert.equal((await read(rig, after(token), 1))[0]?.digest, digestOf(2));
});

test('only a position of this feed is taken', async (t) => {
  const rig = await Rig.start(t, { pace: { windowsMs: 3_600_000 } });
  const attempt = (position: Position, kinds: statement.StatementKind[] = []) => read(rig, position, 1, kinds);
  await assert.rejects(attempt(undefined), refusal('INVALID_ARGUMENT', 'position'));
  await assert.rejects(attempt(start(UNSPECIFIED)), refusal('INVALID_ARGUMENT', 'position'));
  for (const token of ['', 'nonsense', resumeToken('other', { seq: 1, sub: 0 })]) {
    await assert.rejects(attempt(after(token)), refusal('INVALID_ARGUMENT', 'resume_token'));
  }
  await assert.rejects(attempt(start(EARLIEST), [0]), refusal('INVALID_ARGUMENT', 'kinds[0]'));
});

test('draining ends a subscription with a word to come back', async (t) => {
  const rig = await Rig.start(t);
  const stream = rig.call.subscribeEvents({ position: start(EARLIEST), kinds: [] }, { deadlineMs: 15_000 });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const stopping = rig.stop();
  await assert.rejects(iterator.next(), refusal('UNAVAILABLE'));
  await stopping;
});
