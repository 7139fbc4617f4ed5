import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openingKey } from '@assay/statements';
import fc from 'fast-check';
import {
  declinedNotice,
  INCOME_REASON,
  logged,
  noticeLog,
  noticeOf,
  SUBJECT,
  scoreReasons,
} from '../../test/notice-world.ts';
import {
  bodies,
  conformance,
  decision,
  jsonBytes,
  modelRegistration,
  registration,
  schema,
  schemaDocument,
  secrets,
  signers,
  trust,
  trustJson,
} from '../../test/world.ts';
import { sealEnvelope } from '../envelope.ts';
import type { JsonObject } from '../json.ts';
import { parseTrust, type Trust } from '../trust.ts';
import { checkNotice, type NoticeOptions } from './check-notice.ts';
import { formatNotice, type Notice, type NoticeReasons, parseNotice } from './notice.ts';

/** The check that fails, or none. */
function failing(notice: Notice, options: NoticeOptions = {}, believed: Trust = trust): string | undefined {
  const { checks, valid } = checkNotice(formatNotice(notice), believed, options);
  const failed = checks.find(({ result }) => result === 'failed');
  assert.equal(valid, failed === undefined);
  assert.ok(failed === undefined || failed === checks.at(-1), 'nothing is checked behind a failure');
  return failed?.name;
}

const told = (notice: Notice, changes: Partial<NoticeReasons>): Notice => ({
  ...notice,
  reasons: { ...notice.reasons!, ...changes },
});

suite('a notice as its bank made it', () => {
  test('of a decline by the score passes every check', async () => {
    const { checks, valid, decidedAt } = checkNotice(formatNotice(await declinedNotice()), trust, { subject: SUBJECT });
    assert.ok(valid);
    assert.deepEqual(
      checks.map(({ name, result }) => `${name} ${result}`),
      [
        'form passed',
        'log passed',
        'registrations passed',
        'signature passed',
        'decision passed',
        'applicant passed',
        'outcome passed',
        'reasons passed',
        'reasons-proof passed',
      ],
    );
    assert.equal(new Date(decidedAt!).toISOString(), '2026-01-15T12:00:02.000Z');
  });

  test('reads back as it was written', async () => {
    const notice = await declinedNotice();
    assert.deepEqual(parseNotice(formatNotice(notice)), notice);
  });

  test('without the subject leaves open whose it is, and says so', async () => {
    const { checks, valid } = checkNotice(formatNotice(await declinedNotice()), trust);
    assert.ok(valid);
    assert.deepEqual(
      checks.filter(({ result }) => result === 'not-made').map(({ name }) => name),
      ['applicant'],
    );
  });

  test('of an approval names no reasons', async () => {
    assert.equal(failing(await noticeOf(await noticeLog('approved', []), 'approved'), { subject: SUBJECT }), undefined);
  });

  for (const basis of ['policy', 'declared'] as const) {
    test(`of a decline with reasons by ${basis} says that they are not proved`, async () => {
      const reasons = { basis, schema: schemaDocument, named: [INCOME_REASON] };
      const notice = await noticeOf(await noticeLog('declined', [6]), 'declined', reasons);
      const { checks, valid } = checkNotice(formatNotice(notice), trust);
      assert.ok(valid);
      assert.equal(checks.at(-1)?.result, 'not-made');
      assert.match(checks.at(-1)!.finding, /no proof is given/);
    });
  }

  test("of a person's decision has the reasons that the person named", async () => {
    const reasons = { basis: 'officer', schema: schemaDocument, named: [INCOME_REASON] } as const;
    const log = await noticeLog('declined', [6], { manual: true });
    assert.equal(failing(await noticeOf(log, 'declined', reasons), { subject: SUBJECT }), undefined);
  });

  test('of a model without registered reasons tells them as other', async () => {
    const named = [{ ...INCOME_REASON, code: '9', text: 'Other' }];
    const log = await noticeLog('declined', [6], { model: { reasons: undefined } });
    const notice = await noticeOf(log, 'declined', { basis: 'declared', schema: schemaDocument, named });
    assert.equal(failing(notice), undefined);
    assert.match(checkNotice(formatNotice(notice), trust).checks.at(-2)!.finding, /as the bank names them/);
  });
});

suite('a notice that was tampered with', () => {
  test('says another outcome', async () => {
    const notice = await declinedNotice();
    const { reasons: _, ...rest } = notice;
    assert.equal(failing({ ...rest, outcome: 'approved' }), 'outcome');
    const approved = await noticeOf(await noticeLog('approved', []), 'approved');
    assert.equal(failing({ ...approved, outcome: 'declined', reasons: scoreReasons() }), 'outcome');
  });

  test('is about another applicant', async () => {
    const notice = await declinedNotice();
    assert.equal(failing(notice, { subject: SUBJECT + 1n }), 'applicant');
    assert.equal(failing({ ...notice, applicantCommitment: 5n }), 'applicant');
    const key = openingKey(SUBJECT + 1n, notice.applicantCommitment);
    assert.equal(failing({ ...notice, openingKey: key }), 'outcome');
  });

  test('names another attribute, more, fewer, or another order than was logged', async () => {
    const age = { slot: 0, attribute: 'age', label: 'age', code: '9', text: 'Other' };
    const notice = await declinedNotice();
    assert.equal(failing(told(notice, { named: [age] })), 'reasons');
    assert.equal(failing(told(notice, { named: [INCOME_REASON, age] })), 'reasons');
    assert.equal(failing(told(notice, { named: [] })), 'reasons');
    const both = await noticeOf(await noticeLog('declined', [6, 0]), 'declined', {
      basis: 'declared',
      schema: schemaDocument,
      named: [age, INCOME_REASON],
    });
    assert.equal(failing(both), 'reasons');
    assert.equal(
      failing(told(both, { named: [INCOME_REASON, { ...age, label: schema.bySlot.get(0)!.label }] })),
      undefined,
    );
  });

  test('gives a reason another name, code or text than is registered', async () => {
    const notice = await declinedNotice();
    for (const change of [{ attribute: 'age' }, { label: 'Wealth' }, { code: '2' }, { text: 'Collateral' }]) {
      assert.equal(
        failing(told(notice, { named: [{ ...INCOME_REASON, ...change }] })),
        'reasons',
        Object.keys(change)[0],
      );
    }
  });

  test('names slots by another schema', async () => {
    const slots = schemaDocument.slots.map((slot) => (slot.slot === 6 ? { ...slot, label: 'Wealth' } : slot));
    const named = [{ ...INCOME_REASON, label: 'Wealth' }];
    assert.equal(failing(told(await declinedNotice(), { schema: { ...schemaDocument, slots }, named })), 'reasons');
    assert.equal(failing(told(await declinedNotice(), { schema: { name: 'none' } as never })), 'reasons');
  });

  for (const signal of [
    'applicantCommitment',
    'modelCommitment',
    'baselineHash',
    'outcomeCommitment',
    'reasonsCommitment',
  ] as const) {
    test(`has a proof of reasons for another ${signal}`, async () => {
      const notice = { ...(await declinedNotice()), reasons: scoreReasons({ [signal]: 5n }) };
      assert.equal(failing(notice), 'reasons-proof');
    });
  }

  test('measures reasons against another baseline than the registered one', async () => {
    const other = {
      name: 'kinder',
      version: '1',
      baseline: { income: '9.00' },
      codes: [{ code: '1', attributes: ['income'] }],
    };
    const model = { reasons: { schemaId: String(schema.id), document: other, baselineHash: '1' } };
    const notice = await noticeOf(await noticeLog('declined', [6], { model }), 'declined', scoreReasons());
    assert.equal(failing(notice), 'reasons-proof');
  });

  test('has no proof of reasons that the score is said to give, or one that it has no use for', async () => {
    const notice = await declinedNotice();
    const { proof: _, ...unproved } = notice.reasons!;
    assert.equal(failing({ ...notice, reasons: unproved }), 'form');
    assert.equal(failing(told(notice, { basis: 'policy' })), 'form');
  });

  test('has a proof of reasons under a circuit that is not for this decision, or not trusted', async () => {
    const notice = await declinedNotice();
    for (const circuit of ['decision-additive', 'reasons-network'])
      assert.equal(failing(told(notice, { proof: { ...notice.reasons!.proof!, circuit } })), 'reasons-proof');
    const { verificationKeys, ...rest } = trustJson();
    const { 'reasons-additive': _, ...others } = verificationKeys;
    assert.equal(failing(notice, {}, parseTrust(jsonBytes({ ...rest, verificationKeys: others }))), 'reasons-proof');
  });

  test("passes a person's decision off as the score's", async () => {
    const log = await noticeLog('declined', [6], { manual: true });
    assert.equal(failing(await noticeOf(log, 'declined', scoreReasons())), 'reasons-proof');
  });
});

suite('a decision that was not logged so', () => {
  test('has the receipt of another entry, another leaf, or another envelope', async () => {
    const notice = await declinedNotice();
    const { decision: entry, model } = notice;
    assert.equal(failing({ ...notice, decision: { ...entry, receipt: model!.receipt } }), 'log');
    assert.equal(failing({ ...notice, decision: { ...entry, leaf: model!.leaf, receipt: model!.receipt } }), 'log');
    const other = await decision(2);
    assert.equal(failing({ ...notice, decision: { ...entry, envelope: other.bytes } }), 'log');
  });

  test("is under a checkpoint that the log's key did not sign", async () => {
    const notice = await declinedNotice();
    const log = await noticeLog('declined', [6]);
    const [, , forged] = await logged([log.bankKey, log.model, log.decision], secrets.stranger);
    assert.equal(failing({ ...notice, decision: forged! }), 'log');
  });

  test('was logged before its model was registered', async () => {
    const log = await noticeLog('declined', [6]);
    const [bankKey, entry, model] = await logged([log.bankKey, log.decision, log.model]);
    const notice = { ...(await declinedNotice()), bankKey: bankKey!, decision: entry!, model: model! };
    assert.equal(failing(notice), 'log');
  });

  test('rests on registrations that no trusted authority signed', async () => {
    const log = await noticeLog('declined', [6]);
    const bankKey = await registration('bank-key', bodies['bank-key'], signers.stranger);
    assert.equal(failing(await noticeOf({ ...log, bankKey }, 'declined', scoreReasons())), 'registrations');
    const { predicate } = log.model;
    const model = await sealEnvelope(predicate, new Uint8Array(), signers.stranger);
    assert.equal(failing(await noticeOf({ ...log, model }, 'declined', scoreReasons())), 'registrations');
  });

  test('rests on the key of another bank, the model of another scope, or another kind of registration', async () => {
    const log = await noticeLog('declined', [6]);
    const bankKey = await registration('bank-key', { ...bodies['bank-key'], bank: 'other' });
    assert.equal(failing(await noticeOf({ ...log, bankKey }, 'declined', scoreReasons())), 'registrations');
    const model = await modelRegistration(await conformance(), { scope: 'acme/consumer/2027q1' });
    assert.equal(failing(await noticeOf({ ...log, model }, 'declined', scoreReasons())), 'registrations');
    const swapped = { ...log, model: await registration('bank-key', bodies['bank-key']) };
    assert.equal(failing(await noticeOf(swapped, 'declined', scoreReasons())), 'registrations');
  });

  test('is signed with another key, or is of another scope', async () => {
    const log = await noticeLog('declined', [6]);
    const { predicate, proof } = log.decision;
    const signed = await sealEnvelope(predicate, proof, signers.stranger);
    assert.equal(failing(await noticeOf({ ...log, decision: signed }, 'declined', scoreReasons())), 'signature');
    assert.ok(predicate.type === 'proof');
    const context = { bank: 'acme', scope: 'acme/consumer/2027q1' };
    const moved = await sealEnvelope({ ...predicate, context }, proof, signers.bank);
    assert.equal(failing(await noticeOf({ ...log, decision: moved }, 'declined', scoreReasons())), 'signature');
  });

  test('has a proof that does not verify', async () => {
    const log = await noticeLog('declined', [6]);
    const other = await decision(2);
    const forged = await sealEnvelope(log.decision.predicate, other.proof, signers.bank);
    assert.equal(failing(await noticeOf({ ...log, decision: forged }, 'declined', scoreReasons())), 'decision');
  });

  test('is by another model than the registered one, or by none that is shown', async () => {
    const log = await noticeLog('declined', [6], { model: { modelCommitment: '502' } });
    assert.equal(failing(await noticeOf(log, 'declined', scoreReasons())), 'decision');
    const { model: _, ...rest } = await declinedNotice();
    assert.equal(failing(rest), 'decision');
  });

  test('is no decision', async () => {
    const log = { ...(await noticeLog('declined', [6])), decision: await conformance() };
    assert.equal(failing(await noticeOf(log, 'declined', scoreReasons())), 'signature');
  });
});

test('a notice in which anything is changed is refused, or still says the same', async () => {
  const notice = await declinedNotice();
  const bytes = formatNotice(notice);
  const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 32, max: 126 }) });
  fc.assert(
    fc.property(change, ({ at, to }) => {
      const changed = bytes.with(at, to);
      const { valid, notice: read } = checkNotice(changed, trust);
      if (valid) assert.deepEqual(read, notice);
    }),
    { numRuns: 40 },
  );
});

suite('bytes that are no notice', () => {
  const formats = (change: (document: JsonObject) => unknown, notice: Notice): string | undefined => {
    const document = JSON.parse(new TextDecoder().decode(formatNotice(notice))) as JsonObject;
    return checkNotice(jsonBytes(change(document)), trust).checks.find(({ result }) => result === 'failed')?.name;
  };

  test('are named as such', async () => {
    const notice = await declinedNotice();
    for (const [what, change] of Object.entries({
      'another version': (d) => ({ ...d, format: 'urn:assay:notice:v2' }),
      'a member too many': (d) => ({ ...d, salt: '5' }),
      'a scope of another bank': (d) => ({ ...d, bank: 'other' }),
      'an outcome that is none': (d) => ({ ...d, outcome: 'referred' }),
      'a decline without reasons': ({ reasons: _, ...d }) => d,
      'an approval with reasons': (d) => ({ ...d, outcome: 'approved' }),
      'an element beyond the field': (d) => ({
        ...d,
        opening: { ...(d.opening as object), openingKey: '9'.repeat(77) },
      }),
      'an entry without a receipt': (d) => ({ ...d, decision: { ...(d.decision as object), receipt: undefined } }),
      'five reasons': (d) => ({ ...d, reasons: { ...(d.reasons as object), named: new Array(5).fill(INCOME_REASON) } }),
      'a list': (d) => [d],
    } satisfies Record<string, (document: JsonObject) => unknown>)) {
      assert.equal(formats(change, notice), 'form', what);
    }
    assert.equal(checkNotice(new Uint8Array(2 ** 20 + 1), trust).checks[0]?.result, 'failed');
    assert.equal(checkNotice(Uint8Array.of(0xff), trust).checks[0]?.result, 'failed');
  });
});
