import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poseidon, tag } from '@assay/field';
import { parseSchema } from '@assay/schema';
import { packAttributes } from './commitments.ts';
import { compileReasons, type ReasonsDocument } from './reason-rules.ts';

const schema = parseSchema({
  name: 'sample',
  version: '1',
  slots: [
    { slot: 0, name: 'age', kind: 'count', min: '18', max: '120', protected: true, attestedBy: 'identity' },
    {
      slot: 6,
      name: 'income',
      kind: 'amount',
      digits: 2,
      min: '100',
      max: '1000000',
      protected: false,
      attestedBy: 'financial',
    },
    {
      slot: 7,
      name: 'late',
      kind: 'count',
      min: '0',
      max: '99',
      missingFlag: 'no_file',
      protected: false,
      attestedBy: 'financial',
    },
    { slot: 8, name: 'no_file', kind: 'flag', protected: false, attestedBy: 'financial' },
  ],
});
const document: ReasonsDocument = {
  name: 'retail-reasons',
  version: '1',
  baseline: { income: '2100.50', late: '2' },
  codes: [
    { code: '1', attributes: ['income'] },
    { code: 'R7', text: 'Payments that were late', attributes: ['late', 'no_file'] },
  ],
};

test('a baseline is encoded as an applicant is, protected attributes left out', () => {
  const { baseline, baselineHash, schemaId } = compileReasons(document, schema);
  assert.deepEqual([baseline[0], baseline[6], baseline[7], baseline[8]], [0n, 200_050n, 2n, 0n]);
  assert.equal(baselineHash, poseidon([tag('baseline'), schema.id, ...packAttributes(baseline)]));
  assert.equal(schemaId, schema.id);
});

test('a baseline without a value that may be missing has its flag set', () => {
  const { baseline } = compileReasons({ ...document, baseline: { income: '100' } }, schema);
  assert.deepEqual([baseline[6], baseline[7], baseline[8]], [0n, 0n, 1n]);
});

test("attributes are told by the bank's codes, by denial reasons, or as other", () => {
  const { codeOf } = compileReasons(document, schema);
  assert.deepEqual(codeOf(6), { code: '1', text: 'Debt-to-income ratio' });
  assert.deepEqual(codeOf(8), { code: 'R7', text: 'Payments that were late' });
  assert.deepEqual(codeOf(0), { code: '9', text: 'Other' });
});

const code = document.codes[0]!;
for (const [what, changed, field] of [
  ['a protected attribute in the baseline', { baseline: { ...document.baseline, age: '30' } }, 'reasons.baseline.age'],
  ['a baseline without a value that is needed', { baseline: { late: '0' } }, 'reasons.baseline.income'],
  ['a flag in the baseline', { baseline: { income: '100', no_file: '1' } }, 'reasons.baseline.no_file'],
  ['an attribute that the schema does not have', { baseline: { income: '100', wealth: '1' } }, 'reasons.baseline'],
  ['a value that is no text', { baseline: { income: 100 } }, 'reasons.baseline.income'],
  ['a code of its own without a text', { codes: [{ ...code, code: 'R1' }] }, 'reasons.codes[0].text'],
  ['a code that is given twice', { codes: [code, { ...code, attributes: ['late'] }] }, 'reasons.codes[1].code'],
  ['an attribute with two codes', { codes: [code, { ...code, code: '2' }] }, 'reasons.codes[1].attributes'],
  ['a code without attributes', { codes: [{ ...code, attributes: [] }] }, 'reasons.codes[0].attributes'],
  ['a code with more members', { codes: [{ ...code, weight: 3 }] }, 'reasons.codes[0]'],
  ['codes that are no list', { codes: {} }, 'reasons.codes'],
  ['a document with more members', { note: '' }, 'reasons'],
] as const) {
  test(`refuses ${what}, naming the field`, () => {
    const wrong = { ...document, ...changed } as unknown as ReasonsDocument;
    assert.throws(() => compileReasons(wrong, schema), { code: 'malformed-document', field });
  });
}

test('refuses a baseline value outside its attribute, naming the attribute and not the value', () => {
  assert.throws(() => compileReasons({ ...document, baseline: { income: '99' } }, schema), {
    name: 'SchemaError',
    code: 'below_min',
  });
});
