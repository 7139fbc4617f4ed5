import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fr } from '@assay/field';
import { evaluateModel, type LoweredModel, loweringOptions, lowerOnnx, parseRegistration } from '@assay/model';
import { encodeAttributes, parseSchema, protectedMask, type Schema } from '@assay/schema';
import { type ClosingOpening, compilePartitions, conformanceClaim, decisionClaim } from '@assay/statements';
import { generateApplicants } from '../../examples/applicants/generate.ts';
import { loadStatement } from './artifacts.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, EXAMPLES), 'utf8'));

const schema: Schema = parseSchema(json('applicants/schema.json'));
const partitions = compilePartitions(json('applicants/partitions.json'), schema);

function lower(name: string, cutoff?: { score: string }): LoweredModel {
  const registration = parseRegistration(json(`models/${name}.json`));
  const options = loweringOptions(registration, schema);
  return lowerOnnx(readFileSync(new URL(`models/${registration.file}`, EXAMPLES)), {
    ...options,
    cutoff: cutoff ?? options.cutoff,
  });
}

function opening(values: ReadonlyMap<string, string>): ClosingOpening {
  const attributes = encodeAttributes(schema, values);
  return {
    applicant: { schemaId: schema.id, attributes, subject: 123n, salt: 456n },
    eligible: true,
    partitions,
    tallyKey: new Uint8Array(32).fill(7),
    tallySalt: new Uint8Array(32).fill(8),
    reasons: [],
  };
}

suite('claims about networks that PyTorch exported', () => {
  for (const name of ['retail-network', 'retail-network-normalised']) {
    const model = lower(name);

    test(`${name}: it conforms, whatever the schema protects`, async () => {
      const circuit = await loadStatement('conformance-network');
      const committed = { model, modelSalt: fr(99n) };
      const claim = conformanceClaim(committed, protectedMask(schema));
      assert.equal(claim.circuit, 'conformance-network');
      circuit.calculator.witness({ ...claim.input });
      const income = 1n << BigInt(schema.byName.get('income')!.slot);
      assert.throws(() => circuit.calculator.witness({ ...conformanceClaim(committed, income).input }), {
        code: 'WITNESS_REJECTED',
      });
    });

    test(`${name}: its decisions are proved as it makes them`, async () => {
      const circuit = await loadStatement('decision-network');
      const outcomes = new Set<string>();
      for (const { values } of generateApplicants({ seed: 5, count: 12, biased: false })) {
        const claim = decisionClaim(opening(values), { model, modelSalt: fr(99n) });
        assert.equal(claim.circuit, 'decision-network');
        circuit.calculator.witness({ ...claim.input });
        outcomes.add(claim.outcome);
      }
      assert.deepEqual(outcomes, new Set(['approved', 'declined']));
    });
  }

  test('a score on the cutoff is referred', async () => {
    const circuit = await loadStatement('decision-network');
    const [applicant] = generateApplicants({ seed: 5, count: 1, biased: false });
    const own = opening(applicant!.values);
    const plain = lower('retail-network');
    const { score } = evaluateModel(plain, own.applicant.attributes);
    const model = lower('retail-network', { score: (Number(score) / 2 ** plain.report.scale.twos).toFixed(9) });
    const claim = decisionClaim(own, { model, modelSalt: fr(99n) });
    assert.equal(claim.outcome, 'referred');
    circuit.calculator.witness({ ...claim.input });
  });
});
