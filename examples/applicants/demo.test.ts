import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { evaluateAdditive, lowerAdditive, loweringOptions, parseRegistration } from '@assay/model';
import { encodeAttributes, parseSchema } from '@assay/schema';
import { DEMO_N_MIN, demoApplicants } from './demo.ts';
import type { SyntheticApplicant } from './generate.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url));
const schema = parseSchema(JSON.parse(read('applicants/schema.json').toString()));
const registration = parseRegistration(JSON.parse(read('models/retail-sklearn.json').toString()));
const model = lowerAdditive(read('models/retail-sklearn.onnx'), loweringOptions(registration, schema));

const sexOf = ({ values }: SyntheticApplicant) => values.get('sex')!;
const ageOf = ({ values }: SyntheticApplicant) => (Number(values.get('age')) < 40 ? 'under-40' : '40-and-over');
const evaluate = ({ values }: SyntheticApplicant) => evaluateAdditive(model, encodeAttributes(schema, values));

/** Lowest over highest approval rate, the referred decided as `officer` would. */
function impact(
  applicants: readonly SyntheticApplicant[],
  groupOf: (a: SyntheticApplicant) => string,
  officer: boolean,
): number {
  const groups = [...new Set(applicants.map(groupOf))].map((group) => applicants.filter((a) => groupOf(a) === group));
  assert.equal(groups.length, 2);
  assert.ok(groups.every((members) => members.length >= DEMO_N_MIN));
  const rates = groups.map((members) => {
    const approved = members.filter((a) => {
      const { inBand, approve } = evaluate(a);
      return a.ineligible === undefined && (inBand ? officer : approve);
    });
    return approved.length / members.length;
  });
  return Math.min(...rates) / Math.max(...rates);
}

for (const officer of [false, true]) {
  test(`the fair population passes four fifths by sex and age, the officer ${officer ? 'approving' : 'declining'}`, () => {
    const applicants = demoApplicants(schema, model);
    assert.ok(impact(applicants, sexOf, officer) > 0.8);
    assert.ok(impact(applicants, ageOf, officer) > 0.8);
  });

  test(`the biased population fails by sex and passes by age, the officer ${officer ? 'approving' : 'declining'}`, () => {
    const applicants = demoApplicants(schema, model, { biased: true });
    assert.ok(impact(applicants, sexOf, officer) < 0.6);
    assert.ok(impact(applicants, ageOf, officer) > 0.8);
  });
}

for (const biased of [false, true]) {
  test(`${biased ? 'biased' : 'fair'}: 24 applicants, two ineligible, exactly one referred`, () => {
    const applicants = demoApplicants(schema, model, { biased });
    assert.equal(applicants.length, 24);
    assert.deepEqual(
      applicants.flatMap(({ ineligible }) => ineligible ?? []),
      ['under-age', 'non-resident'],
    );
    assert.equal(applicants.filter((a) => evaluate(a).inBand).length, 1);
    assert.equal(new Set(applicants.map(({ documentNumber }) => documentNumber)).size, 24);
    assert.deepEqual(demoApplicants(schema, model, { biased }), applicants);
  });
}

test('bias touches nobody but women', () => {
  const [fair, biased] = [false, true].map((b) => demoApplicants(schema, model, { biased: b, seed: 9 }));
  const same = fair!.filter(
    (a, i) =>
      evaluate(a).inBand ||
      evaluate(biased![i]!).inBand ||
      JSON.stringify([...a.values]) === JSON.stringify([...biased![i]!.values]),
  );
  assert.ok(same.filter((a) => sexOf(a) === 'male').length === 12);
  assert.ok(same.filter((a) => sexOf(a) === 'female').length <= 2);
});

test('the model reads no protected attribute', () => {
  const names = new Set(schema.attributes.filter((a) => a.protected).map(({ name }) => name));
  assert.deepEqual(
    model.report.attributesRead.filter((name) => names.has(name)),
    [],
  );
});
