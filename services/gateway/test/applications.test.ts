import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { dead } from '@assay/bus';
import { gateway, statement } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { applicationJobs, manualDecisionJobs, withdrawalJobs } from '@assay/seal';
import { CANARIES, scopeRegistrations, submission } from './application-request.ts';
import { made, STATES } from './fakes.ts';
import { BANK, digestOf, Rig } from './rig.ts';

const { ELIGIBILITY, DECISION, MANUAL_DECISION, UNSPECIFIED } = statement.StatementKind;
const { APPROVED, DECLINED, REFERRED, INELIGIBLE } = gateway.Outcome;
const { SUBMITTED, INTAKE_PROVED, ADMITTED, CLOSED, WITHDRAWN, REJECTED } = STATES;
const refusal = (code: string, reason: string) => (error: unknown) =>
  error instanceof RpcError && error.code === code && error.reason === reason;

/** A gateway where the scope is in force. */
async function rigged(t: Parameters<typeof Rig.start>[0], options: Parameters<typeof Rig.start>[1] = {}) {
  const rig = await Rig.start(t, options);
  rig.fakes.registrations = await scopeRegistrations();
  return rig;
}

async function submitted(rig: Rig, requestId = 'request-0001'): Promise<string> {
  const { application } = await rig.call.submitApplication(submission({ requestId }));
  return application!.applicationId;
}

/** Brings an application to where its intake is archived. */
async function admitted(rig: Rig, id: string, n = 1): Promise<string> {
  const commitment = String(1000 + n);
  const statements = [made(ELIGIBILITY, digestOf(n))];
  rig.fakes.decide(id, { state: INTAKE_PROVED, applicantCommitment: commitment, statements });
  await rig.announce('accepted', digestOf(n), { index: n, statement: 'eligibility', subject: commitment, slot: 4 });
  await rig.until(id, ADMITTED);
  return commitment;
}

/** Brings an admitted application to where its decision is archived. */
async function decided(rig: Rig, id: string, outcome: gateway.Outcome, n = 1): Promise<void> {
  const { statements } = rig.fakes.decisions.get(id)!;
  const digest = digestOf(100 + n);
  rig.fakes.decide(id, {
    state: STATES.DECISION_PROVED,
    outcome,
    statements: [...statements, made(DECISION, digest)],
  });
  const subject = String(1000 + n);
  await rig.announce('accepted', digest, { index: 100 + n, statement: 'decision', subject });
}

describe('an application', () => {
  test('is accepted once, as a job that only the prover can open', async (t) => {
    const rig = await rigged(t);
    const request = submission();
    const { application } = await rig.call.submitApplication(request);
    assert.equal(application?.state, SUBMITTED);
    assert.equal(application?.requestId, request.requestId);
    const [job] = await rig.jobs('application', 1);
    assert.deepEqual(applicationJobs.decode(job!.plain), { applicationId: application?.applicationId, request });
    assert.equal(job?.about, application?.applicationId);

    const again = await rig.call.submitApplication(request);
    assert.deepEqual(again.application, application);
    const other = submission({ ordinal: 1 });
    await assert.rejects(rig.call.submitApplication(other), refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'));
    const concurrent = submission({ requestId: 'request-0002' });
    const both = await Promise.all([rig.call.submitApplication(concurrent), rig.call.submitApplication(concurrent)]);
    assert.deepEqual(both[0], both[1]);
    const found = await rig.call.getApplication({ applicationId: application!.applicationId });
    assert.deepEqual(found.application, application);
    await assert.rejects(rig.call.getApplication({ applicationId: 'none' }), { code: 'NOT_FOUND' });
  });

  test('shows each state, and its watch ends with the last', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    const seen: gateway.ApplicationState[] = [];
    const watched = (async () => {
      let last: gateway.Application | undefined;
      const watch = rig.call.watchApplication({ applicationId: id }, { deadlineMs: 15_000 });
      for await (const { application } of watch) {
        last = application;
        seen.push(application!.state);
      }
      return last!;
    })();
    // The decision overtakes the intake on its way, as it may.
    await admitted(rig, id);
    await decided(rig, id, APPROVED);
    const last = await watched;
    assert.equal(seen[0], SUBMITTED);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      seen,
    );
    assert.deepEqual([last.state, last.outcome, last.slot, last.applicantCommitment], [CLOSED, APPROVED, 4, '1001']);
    assert.deepEqual(
      last.statements.map(({ kind, index, result }) => [kind, index, result]),
      [
        [ELIGIBILITY, 1n, statement.ArchiveResult.ACCEPTED],
        [DECISION, 101n, statement.ArchiveResult.ACCEPTED],
      ],
    );
    assert.deepEqual((await rig.call.getApplication({ applicationId: id })).application, last);
  });

  test('is told by the digest alone, whatever order proofs come in', async (t) => {
    const rig = await rigged(t, { pace: { pollMs: 60_000 } });
    const ids = await Promise.all([1, 2, 3].map((n) => submitted(rig, `request-000${n}`)));
    for (const [i, n] of [3, 1, 2].entries()) {
      const statements = [made(ELIGIBILITY, digestOf(n))];
      rig.fakes.decide(ids[i]!, { state: INTAKE_PROVED, applicantCommitment: String(n), statements });
    }
    await rig.announce('rejected', digestOf(1), { index: 1, statement: 'eligibility', code: 'DUPLICATE_NULLIFIER' });
    await rig.announce('pending', digestOf(2), { statement: 'eligibility', code: 'MODEL_MISSING' });
    await rig.announce('accepted', digestOf(3), { index: 3, statement: 'eligibility' });
    const [third, first, second] = await Promise.all([
      rig.until(ids[0]!, ADMITTED),
      rig.until(ids[1]!, REJECTED),
      rig.until(ids[2]!, INTAKE_PROVED),
    ]);
    assert.equal(third?.statements[0]?.index, 3n);
    const { ALREADY_ADMITTED } = gateway.RejectionReason;
    assert.deepEqual(first?.rejection, { reason: ALREADY_ADMITTED, failedCheck: '', code: 'DUPLICATE_NULLIFIER' });
    assert.equal(second?.applicantCommitment, '2');
  });

  test('is rejected when the prover refuses it, or gives its job up', async (t) => {
    const rig = await rigged(t);
    const refused = await submitted(rig);
    const rejection = { reason: gateway.RejectionReason.CREDENTIAL_REVOKED, failedCheck: '', code: '' };
    rig.fakes.decide(refused, { state: REJECTED, rejection });
    assert.deepEqual((await rig.until(refused, REJECTED)).rejection, rejection);

    const givenUp = await submitted(rig, 'request-0002');
    const options = { bank: BANK, stream: 'JOBS', durable: 'kyc-prover' } as const;
    const consumption = await rig.bus.consume(options, async () => dead('MAX_DELIVERIES'));
    const { state, rejection: why } = await rig.until(givenUp, REJECTED);
    await consumption.drain();
    assert.equal(state, REJECTED);
    assert.deepEqual([why?.reason, why?.code], [gateway.RejectionReason.PROVING_FAILED, 'MAX_DELIVERIES']);
  });

  test('is rejected when its job was given up, though that cannot be noted at first', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    using database = new DatabaseSync(join(rig.dir, 'gateway.sqlite'));
    database.exec("CREATE TRIGGER full BEFORE UPDATE OF state ON applications BEGIN SELECT RAISE(ABORT, 'full'); END");
    const failed = rig.logged(/"(loop ended|dead letter postponed)"/);
    const options = { bank: BANK, stream: 'JOBS', durable: 'kyc-prover' } as const;
    const consumption = await rig.bus.consume(options, async () => dead('MAX_DELIVERIES'));
    await failed;
    database.exec('DROP TRIGGER full');
    await rig.until(id, REJECTED);
    await consumption.drain();
  });

  test('waits for the prover to be asked, in the order of the archive', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    rig.fakes.available = false;
    const statements = [made(ELIGIBILITY, digestOf(1)), made(DECISION, digestOf(101))];
    const state = STATES.DECISION_PROVED;
    rig.fakes.decide(id, { state, applicantCommitment: '1001', statements, outcome: INELIGIBLE });
    await rig.announce('accepted', digestOf(1), { index: 1, statement: 'eligibility' });
    await rig.announce('accepted', digestOf(101), { index: 2, statement: 'decision' });
    rig.fakes.available = true;
    const { outcome } = await rig.until(id, CLOSED);
    assert.equal(outcome, INELIGIBLE);
  });
});

describe('a referred application', () => {
  test('is closed by a person', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    await rig.jobs('application', 1);
    const commitment = await admitted(rig, id);
    const decide = {
      requestId: 'decide-0001',
      applicationId: id,
      officerId: CANARIES.officer,
      outcome: DECLINED,
      reasonAttributes: ['income'],
    };
    await assert.rejects(rig.call.decideReferred(decide), refusal('FAILED_PRECONDITION', 'APPLICATION_STATE'));
    await decided(rig, id, REFERRED);
    await rig.until(id, STATES.REFERRED);

    const unknown = { ...decide, requestId: 'decide-0002', reasonAttributes: ['no-such-attribute'] };
    await assert.rejects(rig.call.decideReferred(unknown), refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS'));
    await rig.call.decideReferred(decide);
    await rig.call.decideReferred(decide);
    const second = { ...decide, requestId: 'decide-0003' };
    await assert.rejects(rig.call.decideReferred(second), refusal('FAILED_PRECONDITION', 'REQUEST_IN_PROGRESS'));
    const [job] = await rig.jobs('manual-decision', 1);
    assert.deepEqual(manualDecisionJobs.decode(job!.plain), { applicationId: id, request: decide });

    const { statements } = rig.fakes.decisions.get(id)!;
    const made3 = [...statements, made(MANUAL_DECISION, digestOf(201))];
    rig.fakes.decide(id, { state: STATES.MANUAL_DECISION_PROVED, outcome: DECLINED, statements: made3 });
    await rig.until(id, STATES.MANUAL_DECISION_PROVED);
    await rig.announce('accepted', digestOf(201), { index: 201, statement: 'manual-decision', subject: commitment });
    const { outcome, statements: shown } = await rig.until(id, CLOSED);
    assert.equal(outcome, DECLINED);
    assert.deepEqual(
      shown.map(({ kind }) => kind),
      [ELIGIBILITY, DECISION, MANUAL_DECISION],
    );
  });

  test('may be decided again when the prover gave the decision up', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    await rig.jobs('application', 1);
    await admitted(rig, id);
    await decided(rig, id, REFERRED);
    await rig.until(id, STATES.REFERRED);
    const decide = {
      requestId: 'decide-0001',
      applicationId: id,
      officerId: 'somebody',
      outcome: APPROVED,
      reasonAttributes: [],
    };
    await rig.call.decideReferred(decide);
    const options = { bank: BANK, stream: 'JOBS', durable: 'kyc-prover' } as const;
    const given = Promise.withResolvers<void>();
    const consumption = await rig.bus.consume(options, async () => {
      given.resolve();
      return dead('APPLICATION_STATE');
    });
    await given.promise;
    await consumption.drain();
    const again = { ...decide, requestId: 'decide-0002' };
    for (let accepted = false; !accepted; ) {
      accepted = await rig.call.decideReferred(again).then(
        () => true,
        (error: unknown) => !(error instanceof RpcError && error.reason === 'REQUEST_IN_PROGRESS'),
      );
    }
    const [job] = await rig.jobs('manual-decision', 1);
    assert.equal(manualDecisionJobs.decode(job!.plain).request.requestId, 'decide-0002');
  });
});

test('an admitted application can be withdrawn', async (t) => {
  const rig = await rigged(t);
  const id = await submitted(rig);
  const withdraw = {
    requestId: 'withdraw-0001',
    applicationId: id,
    reason: gateway.WithdrawalReason.BY_APPLICANT,
  };
  await assert.rejects(rig.call.withdrawApplication(withdraw), refusal('FAILED_PRECONDITION', 'APPLICATION_STATE'));
  await rig.jobs('application', 1);
  const commitment = await admitted(rig, id);
  await rig.call.withdrawApplication(withdraw);
  const [job] = await rig.jobs('withdrawal', 1);
  assert.deepEqual(withdrawalJobs.decode(job!.plain), { applicationId: id, request: withdraw });
  const statements = [...rig.fakes.decisions.get(id)!.statements, made(UNSPECIFIED, digestOf(301))];
  rig.fakes.decide(id, { state: STATES.WITHDRAWAL_SIGNED, statements });
  await rig.announce('accepted', digestOf(301), { index: 301, kind: 'withdrawal', subject: commitment });
  const { statements: shown } = await rig.until(id, WITHDRAWN);
  assert.deepEqual(
    shown.map(({ kind }) => kind),
    [ELIGIBILITY],
  );
});

test('an admitted application whose decision was given up is rejected, and can be withdrawn', async (t) => {
  const rig = await rigged(t);
  const id = await submitted(rig);
  await admitted(rig, id);
  const options = { bank: BANK, stream: 'JOBS', durable: 'kyc-prover' } as const;
  const consumption = await rig.bus.consume(options, async () => dead('MAX_DELIVERIES'));
  const { rejection } = await rig.until(id, REJECTED);
  assert.equal(rejection?.reason, gateway.RejectionReason.PROVING_FAILED);
  await consumption.drain();
  const withdraw = { requestId: 'withdraw-0001', applicationId: id, reason: gateway.WithdrawalReason.INCOMPLETE };
  await rig.call.withdrawApplication(withdraw);
  const statements = [...rig.fakes.decisions.get(id)!.statements, made(UNSPECIFIED, digestOf(301))];
  rig.fakes.decide(id, { state: STATES.WITHDRAWAL_SIGNED, statements });
  await rig.announce('accepted', digestOf(301), { index: 301, kind: 'withdrawal' });
  await rig.until(id, WITHDRAWN);
});

test('a rejected application cannot be withdrawn where no intake of it is archived', async (t) => {
  const rig = await rigged(t);
  const id = await submitted(rig);
  const rejection = { reason: gateway.RejectionReason.CREDENTIAL_REVOKED, failedCheck: '', code: '' };
  rig.fakes.decide(id, { state: REJECTED, rejection });
  await rig.until(id, REJECTED);
  const withdraw = { requestId: 'withdraw-0001', applicationId: id, reason: gateway.WithdrawalReason.INCOMPLETE };
  await assert.rejects(rig.call.withdrawApplication(withdraw), refusal('FAILED_PRECONDITION', 'APPLICATION_STATE'));
});

test('nothing is accepted where nothing is in force, or beyond what can wait', async (t) => {
  const rig = await Rig.start(t, { maxInFlight: 1 });
  await assert.rejects(rig.call.submitApplication(submission()), refusal('FAILED_PRECONDITION', 'NOTHING_IN_FORCE'));
  rig.fakes.registrations = (await scopeRegistrations()).slice(0, 2);
  await assert.rejects(rig.call.submitApplication(submission()), refusal('FAILED_PRECONDITION', 'NOTHING_IN_FORCE'));
  rig.fakes.registrations = await scopeRegistrations();
  const unknown = submission({ declared: [{ name: 'shoe_size', value: '44' }] });
  await assert.rejects(rig.call.submitApplication(unknown), (error) => {
    assert(error instanceof RpcError);
    assert.deepEqual(
      error.fieldViolations.map(({ field }) => field),
      ['declared[0].name'],
    );
    return true;
  });
  await submitted(rig);
  const more = rig.call.submitApplication(submission({ requestId: 'request-0002' }), { deadlineMs: 500 });
  await assert.rejects(more, (error) => error instanceof RpcError && error.retryDelayMs === 2_000);
  assert(await submitted(rig), 'the same request is answered all the same');
});

test('what is accepted while the bus is away, or before a restart, is published all the same', async (t) => {
  const rig = await rigged(t);
  await submitted(rig);
  await rig.jobs('application', 1);
  await rig.nats.kill();
  const id = await submitted(rig, 'request-0002');
  await rig.nats.restart();
  const [job] = await rig.jobs('application', 1);
  assert.equal(job?.about, id);

  await rig.stop();
  rig.fakes.decide(id, {
    state: INTAKE_PROVED,
    applicantCommitment: '9',
    statements: [made(ELIGIBILITY, digestOf(9))],
  });
  await rig.announce('accepted', digestOf(9), { index: 9, statement: 'eligibility' });
  await rig.startGateway();
  await rig.until(id, ADMITTED);
});

describe('a notice', () => {
  const bytes = Buffer.from('{"outcome":"declined"}');

  test('is passed on from the prover once the application is closed, and kept nowhere', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    await assert.rejects(rig.call.getDecisionNotice({ applicationId: 'none' }), { code: 'NOT_FOUND' });
    rig.fakes.notices.set(id, { notice: bytes });
    await assert.rejects(
      rig.call.getDecisionNotice({ applicationId: id }),
      refusal('FAILED_PRECONDITION', 'APPLICATION_STATE'),
    );
    await admitted(rig, id);
    await decided(rig, id, DECLINED);
    await rig.until(id, CLOSED);
    const { notice } = await rig.call.getDecisionNotice({ applicationId: id });
    assert.deepEqual(Buffer.from(notice), bytes);
    assert(!rig.traces().includes(bytes.toString()));
  });

  test('that the prover cannot make is refused for its reason', async (t) => {
    const rig = await rigged(t);
    const id = await submitted(rig);
    await admitted(rig, id);
    await decided(rig, id, DECLINED);
    await rig.until(id, CLOSED);
    rig.fakes.noticeError = new RpcError('FAILED_PRECONDITION', 'of the prover', { reason: 'OPENING_MISSING' });
    await assert.rejects(
      rig.call.getDecisionNotice({ applicationId: id }),
      refusal('FAILED_PRECONDITION', 'OPENING_MISSING'),
    );
    rig.fakes.noticeError = new RpcError('RESOURCE_EXHAUSTED', 'of the prover', { retryDelayMs: 10 });
    await assert.rejects(rig.call.getDecisionNotice({ applicationId: id }), { code: 'RESOURCE_EXHAUSTED' });
  });
});

test('draining ends a watch with a word to come back', async (t) => {
  const rig = await rigged(t);
  const id = await submitted(rig);
  const watch = rig.call.watchApplication({ applicationId: id }, { deadlineMs: 15_000 });
  const iterator = watch[Symbol.asyncIterator]();
  await iterator.next();
  const stopping = rig.stop();
  await assert.rejects(iterator.next(), refusal('UNAVAILABLE', 'DRAINING'));
  await stopping;
});

test('no attribute, subject or officer is in any file or log line', async (t) => {
  const rig = await rigged(t);
  const id = await submitted(rig);
  const search = () => {
    const traces = rig.traces();
    for (const [name, canary] of Object.entries(CANARIES)) assert(!traces.includes(canary), name);
    assert(traces.includes(id), 'the search finds what is there');
  };
  search();
  await rig.jobs('application', 1);
  await admitted(rig, id);
  await decided(rig, id, REFERRED);
  await rig.until(id, STATES.REFERRED);
  const { officer } = CANARIES;
  const decide = { requestId: 'decide-0001', applicationId: id, officerId: officer, outcome: DECLINED };
  await rig.call.decideReferred({ ...decide, reasonAttributes: ['income'] });
  const bad = submission({ requestId: 'request-0003', declared: [{ name: 'purpose', value: CANARIES.income }] });
  await assert.rejects(rig.call.submitApplication(bad), (error) => {
    assert(error instanceof RpcError && error.code === 'INVALID_ARGUMENT');
    assert(!JSON.stringify([error.message, error.fieldViolations]).includes(CANARIES.income));
    return true;
  });
  search();
  await rig.stop();
  search();
});
