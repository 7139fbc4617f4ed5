import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { verifyArchive } from '@assay/cli';
import { statement as contract, verifier, window as windows } from '@assay/contracts';
import { leafHash, parseVerifierKey, verifyTlogProof } from '@assay/tlog';
import type { Envelope } from '@assay/verify';
import {
  BANK,
  bodies,
  DAY,
  decision,
  intake,
  manualDecision,
  referral,
  registration,
  SCOPE,
  signers,
  slot,
  statement,
  trust,
  withdrawal,
} from '../../../packages/verify/test/world.ts';
import { Deployment } from './deployment.ts';
import { fairnessOver } from './fairness.ts';

const { PENDING, ACCEPTED, REJECTED } = contract.ArchiveResult;
const today = { asOf: BigInt(Math.floor(Date.now() / DAY)) };

/** For tests that do not stop it; each has applicants of its own. */
const shared = await Deployment.ready();
after(() => shared[Symbol.asyncDispose]());

test('from registrations to a proved window, whatever overtakes what; the archive then checks out offline', async () => {
  await using deployment = await Deployment.ready();
  const registry = deployment.registry();
  const query = deployment.verifier();
  const from = Date.now() - 1000;
  const to = Date.now() + 4000;
  await registry.call.submitRegistration({ envelope: (await slot(1, from, to)).bytes });

  // A decision, a manual one and the fairness statement arrive before what they build on.
  const early = await decision(1);
  const manual = await manualDecision(2);
  const { envelope: fair, table } = await fairnessOver([1, 2], 1n);
  for (const [envelope, attached] of [[early], [manual], [fair, table]] as const) {
    await deployment.publish(envelope, attached);
    await deployment.event(envelope, 'pending');
  }
  const { statements: waiting } = await query.call.listStatements({
    ...verifier.ListStatementsRequest.fromPartial({}),
    results: [PENDING],
  });
  assert.deepEqual(waiting.map(({ reference }) => reference?.code).sort(), [
    'INTAKE_MISSING',
    'INTAKE_MISSING',
    'WINDOW_OPEN',
  ]);
  const intakes = await Promise.all([1, 2, 3].map((n) => intake(n, today)));
  for (const envelope of intakes) await deployment.publish(envelope);
  await deployment.publish(await referral(2));
  await deployment.publish(await withdrawal(3));
  const rejected = await decision(1, { outcomeCommitment: 99n });
  await deployment.event(early, 'accepted');
  await deployment.publish(rejected);

  const closed = await deployment.event(manual, 'accepted');
  assert.equal(closed.statement, 'manual-decision');
  assert.equal(closed.scope, SCOPE);
  assert.equal(closed.subject, '10002');
  assert.equal(closed.slot, 1);
  const held = await registry.call.getInForce({ scope: SCOPE, atIndex: BigInt(closed.index!) });
  assert.equal(closed.registryHead, Buffer.from(held.registryHead).toString('hex'));
  assert.equal((await deployment.event(rejected, 'rejected')).code, 'INTAKE_CLOSED');
  // Nothing more comes: the window ends, and the verifier notices by itself.
  const proved = await deployment.event(fair, 'accepted');
  assert.ok(Date.parse(proved.receivedAt) >= to);
  assert.equal(proved.slot, 1);

  const { window } = await query.call.getWindow({ scope: SCOPE, number: 1 });
  assert.equal(window?.state, windows.WindowState.PROVED);
  assert.deepEqual(window?.totals, { intakes: 3n, closed: 3n, open: 0n, referred: 1n, manual: 1n, withdrawn: 1n });
  assert.equal(window?.fairness[0]?.verdicts[0]?.name, 'age');
  assert.equal(window?.fairness[0]?.verdicts[0]?.verdict, contract.Verdict.PASS);
  const { closings } = await query.call.listClosings({
    ...verifier.ListClosingsRequest.fromPartial({}),
    scope: SCOPE,
    number: 1,
  });
  assert.deepEqual(
    closings.map(({ kind }) => kind),
    [verifier.ClosingKind.DECISION, verifier.ClosingKind.MANUAL_DECISION, verifier.ClosingKind.WITHDRAWAL],
  );
  const { statement: shown, table: kept } = await query.call.getStatement({
    name: { $case: 'digest', value: Buffer.from(fair.digest, 'hex') },
  });
  assert.equal(shown?.slot, 1);
  assert.deepEqual(Buffer.from(kept), Buffer.from(table));
  const { statements: refused } = await query.call.listStatements({
    ...verifier.ListStatementsRequest.fromPartial({}),
    results: [REJECTED],
  });
  assert.equal(refused[0]?.reference?.code, 'INTAKE_CLOSED');
  const { statements: accepted } = await query.call.listStatements({
    ...verifier.ListStatementsRequest.fromPartial({}),
    results: [ACCEPTED],
    scope: SCOPE,
    pageSize: 2,
  });
  assert.equal(accepted.length, 2);

  // Every entry was announced once, in the order of the log, under an id that says what it is.
  const { treeSize } = await query.call.getCheckpoint({});
  const isArchived = ({ result }: { result: string }) => result !== 'pending';
  const events = await deployment.events((all) => all.filter(isArchived).length === Number(treeSize));
  assert.deepEqual(
    events.filter(isArchived).map(({ index }) => index),
    Array.from({ length: Number(treeSize) }, (_, i) => i),
  );
  for (const { id, digest, result } of events) assert.equal(id, `${digest}:${result}`);

  await deployment.service.stop();
  const report = await verifyArchive(deployment.archive, trust);
  assert.equal(report.size, Number(treeSize));
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.windows[0]?.verdicts, { age: 'PASS' });
});

test('an envelope that comes again gets the entry that it has', async () => {
  const query = shared.verifier();
  const envelope = await intake(21, today);
  await shared.publish(envelope);
  const { index } = await shared.event(envelope, 'accepted');
  const name = { $case: 'digest', value: Buffer.from(envelope.digest, 'hex') } as const;
  const { receipt, entry } = await query.call.getReceipt({ name });
  const logKey = parseVerifierKey(trust.log.verifierKey);
  assert.deepEqual(entry, (await query.call.getStatement({ name })).entry);
  const verified = verifyTlogProof(receipt, leafHash(entry), { origin: trust.log.origin, logKeys: [logKey] });
  assert.equal(verified.index, index);

  await shared.publish(envelope, undefined, 'another-message-id');
  const next = await intake(22, today);
  await shared.publish(next);
  const { index: second } = await shared.event(next, 'accepted');
  assert.equal(second, index! + 1);
});

test('what a crash interrupts is archived and announced once', async () => {
  await using deployment = await Deployment.ready();
  const envelopes = await Promise.all(Array.from({ length: 24 }, (_, n) => intake(n + 1, today)));
  const pending = await decision(99);
  await deployment.publish(pending);
  await deployment.event(pending, 'pending');
  for (const envelope of envelopes) await deployment.publish(envelope);
  await deployment.event(envelopes[3]!, 'accepted');
  await deployment.service.kill();
  await deployment.start();
  await deployment.publish(await intake(99, today));
  const digests = new Set(envelopes.map(({ digest }) => digest));
  const events = await deployment.events(
    (all) =>
      all.filter(({ digest }) => digests.has(digest)).length === 24 &&
      all.some(({ digest, result }) => digest === pending.digest && result === 'accepted'),
  );
  const indices = events.filter(({ digest }) => digests.has(digest)).map(({ index }) => index!);
  assert.deepEqual(
    indices,
    indices.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(indices).size, 24);
  await deployment.service.stop();
  const report = await verifyArchive(deployment.archive, trust);
  assert.equal(report.statements.eligibility, 25);
  assert.equal(report.statements.decision, 1);
});

test('entries that were never announced are announced at the next start', async () => {
  await using deployment = await Deployment.create();
  await deployment.start();
  const key = await registration('bank-key', bodies['bank-key']);
  await deployment.nats.kill();
  // The bus is away: the registration is archived all the same.
  await deployment.registry().call.submitRegistration({ envelope: key.bytes });
  await deployment.service.kill();
  await deployment.nats.restart();
  await deployment.start();
  const event = await deployment.event(key, 'accepted');
  assert.equal(event.kind, 'registration');
  assert.equal(event.index, 0);
});

test('messages that are none go to the dead letters, unsigned envelopes nowhere', async () => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  await shared.publishData('decision', text('no JSON'), 'a');
  await shared.publishData('decision', text('{"envelope":"AAAA"}'), 'b');
  const foreign = await registration('bank-key', { ...bodies['bank-key'], bank: 'other' });
  await shared.publish(foreign);
  const unsigned = await intake(11, today);
  const forged = await statement(
    'eligibility',
    'eligibility',
    { ...today } as never,
    { bank: BANK, scope: SCOPE },
    {
      signer: signers.stranger,
      publicSignals: unsigned.predicate.type === 'proof' ? unsigned.predicate.publicSignals : [],
    },
  );
  await shared.publish(forged);
  await shared.publish(unsigned);
  const { index } = await shared.event(unsigned, 'accepted');
  const { treeSize } = await shared.verifier().call.getCheckpoint({});
  assert.equal(BigInt(index!) + 1n, treeSize);
  assert.match(shared.service.output(), /"event":"envelope refused".*"code":"SIGNATURE_INVALID","sequence":1/);
  assert.deepEqual(await shared.deadLetters(3), ['ENVELOPE_MALFORMED', 'MESSAGE_MALFORMED', 'WRONG_BANK']);
});

test('registrations are refused by what is wrong with them', async () => {
  const { call } = shared.registry();
  const submit = async (envelope: Envelope) => call.submitRegistration({ envelope: envelope.bytes });
  await assert.rejects(submit(await intake(1, today)), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(call.submitRegistration({ envelope: Uint8Array.of(1) }), { code: 'INVALID_ARGUMENT' });
  const stranger = await registration('policy', bodies.policy, signers.stranger);
  await assert.rejects(submit(stranger), { code: 'PERMISSION_DENIED', reason: 'SIGNATURE_INVALID' });
  const repeated = await registration('screening-root', { root: '5' });
  await assert.rejects(submit(repeated), { code: 'FAILED_PRECONDITION', reason: 'REGISTRATION_OUTDATED' });
  const early = await registration('slot', { scope: 'acme/consumer/2027q1', slot: 1, from: 0, to: 1 });
  await assert.rejects(submit(early), { code: 'FAILED_PRECONDITION', reason: 'SCOPE_MISSING' });
  const same = await registration('policy', bodies.policy);
  const { registration: known } = await submit(same);
  assert.equal(known?.index, 2n);

  const { registrations, registryHead, atIndex } = await call.getInForce({ scope: SCOPE });
  const { RegistrationKind: K } = verifier;
  assert.deepEqual(
    registrations.map(({ kind }) => kind),
    [
      K.SCHEMA,
      K.POLICY,
      K.PARTITIONS,
      K.FAIRNESS_POLICY,
      K.ISSUER_ROOT,
      K.REVOCATION_ROOT,
      K.SCREENING_ROOT,
      K.SCOPE,
      K.MODEL,
    ],
  );
  assert.equal(registryHead.length, 32);
  const before = await call.getInForce({ scope: SCOPE, atIndex: atIndex - 1n });
  assert.equal(before.atIndex, atIndex - 1n);
  const model = registrations.find(({ kind }) => kind === K.MODEL)!;
  const unmodelled = await call.getInForce({ scope: SCOPE, atIndex: model.index });
  assert.ok(unmodelled.registrations.every(({ kind }) => kind !== K.MODEL));
  assert.notDeepEqual(unmodelled.registryHead, registryHead);
  await assert.rejects(call.getInForce({ scope: SCOPE, atIndex: 2n ** 60n }), { code: 'OUT_OF_RANGE' });
  await assert.rejects(call.getInForce({ scope: SCOPE, atIndex: 1n }), { code: 'NOT_FOUND' });
  const { registrations: keys } = await call.listRegistrations({
    ...verifier.ListRegistrationsRequest.fromPartial({}),
    kinds: [K.BANK_KEY],
  });
  assert.equal(keys.length, 1);
});

test('an envelope is verified without being filed, and the failed check is named', async () => {
  const { call } = shared.verifier();
  const none = new Uint8Array();
  const good = await intake(1, today);
  const passed = await call.verify({ envelope: good.bytes, table: none });
  assert.ok(passed.valid);
  assert.equal(passed.publicSignals.length, 12);
  assert.equal(passed.keyClass, contract.KeyClass.INSECURE_DEVELOPMENT);
  const bad = await statement(
    'eligibility',
    'eligibility',
    {} as never,
    { bank: BANK, scope: SCOPE },
    { publicSignals: [1n] },
  );
  const failed = await call.verify({ envelope: bad.bytes, table: none });
  assert.ok(!failed.valid);
  assert.deepEqual(failed.publicSignals, []);
  assert.equal(failed.checks.find(({ code }) => code !== '')?.name, 'public-signals');
  const { envelope, table } = await fairnessOver([1], 1n);
  assert.ok((await call.verify({ envelope: envelope.bytes, table })).valid);
  const other = await call.verify({ envelope: envelope.bytes, table: (await fairnessOver([2], 1n)).table });
  assert.ok(!other.valid);
  assert.equal(other.checks.at(-1)?.code, 'TABLE_MISMATCH');
});

test('the verifier drains when asked to end, and leaves the archive to the next writer', async () => {
  await using deployment = await Deployment.ready();
  await deployment.publish(await intake(1, today));
  assert.deepEqual(await deployment.service.stop(), { code: 0, signal: null });
  await deployment.start();
  assert.ok(readdirSync(join(deployment.archive, 'tile')).length > 0);
});
