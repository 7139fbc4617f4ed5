import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { proofSubject } from '@assay/bus';
import { model as contract, gateway, type prover } from '@assay/contracts';
import { decodeProof, verifyGroth16 } from '@assay/groth16';
import { loadVerificationKeys } from '@assay/keys';
import { evaluateModel, loweringOptions, lowerOnnx, parseRegistration } from '@assay/model';
import { encodeAttributes } from '@assay/schema';
import { publicSealingKey, unseal } from '@assay/seal';
import { decodeModelOpening, decodeSignals, modelCommitment } from '@assay/statements';
import { parseEnvelope } from '@assay/verify';
import { generateApplicants } from '../../../examples/applicants/generate.ts';
import { Fixture, requestOf, SCOPE, schema } from './fixture.ts';

const MODELS = join(import.meta.dirname, '../../../examples/models');
const file = readFileSync(join(MODELS, 'retail-network.onnx'));
const registration = parseRegistration(JSON.parse(readFileSync(join(MODELS, 'retail-network.json'), 'utf8')));

let fixture: Fixture;
before(async () => {
  fixture = await Fixture.start();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
});

function install(): Promise<prover.InstallModelResponse> {
  const recipientJwk = new TextEncoder().encode(JSON.stringify(publicSealingKey(fixture.fairnessKey)));
  const model = {
    ...{ name: registration.name, version: '1', schemaId: String(schema.id), scope: SCOPE, approveLabel: '1' },
    cutoff: { $case: 'probability', value: '0.5' },
    inputs: registration.inputs,
    reasonsDocument: new Uint8Array(),
    sha256: createHash('sha256').update(file).digest(),
  };
  return fixture.client.call.installModel([
    { payload: { $case: 'header', value: { model, recipientJwk } } },
    { payload: { $case: 'chunk', value: file } },
  ] as prover.InstallModelRequest[]);
}

/** The first decision on the bus, with its proof verified. */
async function firstDecision() {
  const keys = await loadVerificationKeys();
  const filter = proofSubject('test-bank', 'decision');
  const signal = AbortSignal.timeout(240_000);
  for await (const { event } of fixture.bus.readStream({ bank: 'test-bank', stream: 'PROOFS', filter, signal })) {
    if (event === undefined) continue;
    const { envelope } = JSON.parse(new TextDecoder().decode(event.data)) as { envelope: string };
    const { predicate, proof } = parseEnvelope(Uint8Array.from(Buffer.from(envelope, 'base64')));
    assert.ok(predicate.type === 'proof');
    const key = keys[predicate.circuit]!;
    assert.deepEqual(verifyGroth16(key.verificationKey, predicate.publicSignals, decodeProof(proof)), { ok: true });
    return predicate;
  }
  throw new Error('the stream ended');
}

test('a network that PyTorch exported is installed, and decides under proof', async () => {
  const { report, sealedConformance } = await install();
  assert.equal(report?.family, contract.ModelFamily.NETWORK);
  assert.deepEqual([...report.attributes].sort(), [...registration.inputs!].sort());
  const committed = decodeModelOpening(await unseal(sealedConformance, 'conformance', fixture.fairnessKey));
  assert.equal(String(modelCommitment(committed)), report.modelCommitment);
  fixture.registerModel(report.modelCommitment);

  const [applicant] = generateApplicants({ seed: 11, count: 1, biased: false });
  await fixture.submit(
    'application-1',
    requestOf(applicant!.values, fixture.credentials(applicant!.values, 1000n, 100n)),
  );
  const predicate = await firstDecision();
  assert.equal(predicate.circuit, 'decision-network');
  const signals = decodeSignals('decision', predicate.publicSignals)!;
  assert.equal(String(signals.modelCommitment), report.modelCommitment);

  const { approve, inBand } = evaluateModel(
    lowerOnnx(file, loweringOptions(registration, schema)),
    encodeAttributes(schema, applicant!.values),
  );
  assert.equal(signals.referred, BigInt(inBand));
  const { state, outcome } = await fixture.client.call.getDecision({ applicationId: 'application-1' });
  assert.equal(state, gateway.ApplicationState.DECISION_PROVED);
  assert.equal(outcome, approve ? gateway.Outcome.APPROVED : gateway.Outcome.DECLINED);
});
