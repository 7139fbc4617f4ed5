import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy } from '@assay/policy';
import { compileReasons } from '@assay/statements';
import { attributes, model, schema } from '../../../packages/statements/test/sample.ts';
import { declineReasons, saidBasis } from './decline-reasons.ts';

// The sample model: 3 income (slot 6) - 5 age (slot 0) - 7 [sex (slot 2) >= 2]; the schema protects age and sex.
const policyOf = (cel: string) =>
  compilePolicy({ name: 'p', version: '1', cel, requireAttested: [], requireIdentity: [], ordinalMax: 0 }, schema);
const policy = policyOf('age >= 18 && income >= 100000');
const reasons = compileReasons({ name: 'r', version: '1', baseline: { income: '5000.00' }, codes: [] }, schema);
const poor = attributes({ 6: 200_000n });

test('who meets the policy is told what costs the score most', () => {
  assert.deepEqual(declineReasons(poor, model, { policy, reasons }), { basis: 'score', slots: [6] });
});

test('who does not meet the policy is told what fails, whatever the score says', () => {
  const refused = attributes({ 6: 50_000n });
  assert.deepEqual(declineReasons(refused, model, { policy, reasons }), { basis: 'policy', slots: [6] });
});

test('without a registered baseline nothing is named', () => {
  assert.deepEqual(declineReasons(poor, model, { policy, reasons: undefined }), { basis: 'declared', slots: [] });
});

test('what an applicant gains by is no reason', () => {
  const rich = attributes({ 6: 900_000n });
  assert.deepEqual(declineReasons(rich, model, { policy, reasons }), { basis: 'score', slots: [] });
});

test('reasons of the score are said to be declared where no key proves them, or others were committed to', () => {
  const expected = declineReasons(poor, model, { policy, reasons });
  const keys = new Set(['reasons-additive']);
  assert.equal(saidBasis(expected, [6], model, keys), 'score');
  assert.equal(saidBasis(expected, [6], model, new Set(['reasons-network'])), 'declared');
  assert.equal(saidBasis(expected, [0], model, keys), 'declared');
  assert.equal(saidBasis({ basis: 'policy', slots: [6] }, [6], model, keys), 'policy');
});
