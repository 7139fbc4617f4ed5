import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { proofSubject } from '@assay/bus';
import { gateway, model, type prover } from '@assay/contracts';
import { fr, frToBytes, pointEquals, sumPoints } from '@assay/field';
import { decodeProof, loadNativeAddon, verifyGroth16 } from '@assay/groth16';
import { loadVerificationKeys } from '@assay/keys';
import { parseRegistration } from '@assay/model';
import { publicSealingKey, unseal } from '@assay/seal';
import {
  decodeModelOpening,
  decodeSignals,
  decodeTallyOpening,
  modelCommitment,
  openingTally,
  tallyOf,
} from '@assay/statements';
import { type ProofPredicate, parseEnvelope } from '@assay/verify';
import { generateApplicants } from '../../../examples/applicants/generate.ts';
import { Fixture, requestOf, SCOPE, schema } from './fixture.ts';

let fixture: Fixture;
before(async () => {
  fixture = await Fixture.start();
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
});

const INSTALLATION = 'installation-1';
const file = readFileSync(join(import.meta.dirname, '../../../examples/models/retail-sklearn.onnx'));
const [first, second] = generateApplicants({ seed: 11, count: 2, biased: false });

function description(overrides: object = {}): object {
  return {
    name: 'retail',
    version: '1',
    schemaId: String(schema.id),
    scope: SCOPE,
    approveLabel: '1',
    cutoff: { $case: 'probability', value: '0.5' },
    inputs: [],
    sha256: createHash('sha256').update(file).digest(),
    reasonsDocument: new Uint8Array(),
    ...overrides,
  };
}

function install(overrides: object = {}, content: Uint8Array = file): Promise<prover.InstallModelResponse> {
  const recipientJwk = new TextEncoder().encode(JSON.stringify(publicSealingKey(fixture.fairnessKey)));
  const header = { model: description(overrides), recipientJwk, installationId: INSTALLATION };
  return fixture.client.call.installModel([
    { payload: { $case: 'header', value: header } },
    { payload: { $case: 'chunk', value: content } },
  ] as prover.InstallModelRequest[]);
}

/** The next envelope of each kind, read from the bus and verified. */
async function nextProof(
  kind: 'eligibility' | 'decision',
  seen: number,
): Promise<{ digest: string; predicate: ProofPredicate }> {
  const keys = await loadVerificationKeys();
  const digests = new Set<string>();
  for await (const { event } of fixture.bus.readStream({
    bank: 'test-bank',
    stream: 'PROOFS',
    filter: proofSubject('test-bank', kind),
    signal: AbortSignal.timeout(240_000),
  })) {
    if (event === undefined) continue;
    // What the archive has not confirmed is published again: nobody archives anything here.
    digests.add(event.id);
    if (digests.size <= seen) continue;
    const { envelope } = JSON.parse(new TextDecoder().decode(event.data)) as { envelope: string };
    const { predicate, proof, digest } = parseEnvelope(Uint8Array.from(Buffer.from(envelope, 'base64')));
    assert.equal(predicate.type, 'proof');
    const key = keys[predicate.circuit]!;
    assert.equal(predicate.verificationKey, key.verificationKeyHash);
    assert.deepEqual(verifyGroth16(key.verificationKey, predicate.publicSignals, decodeProof(proof)), { ok: true });
    return { digest, predicate };
  }
  throw new Error('the stream ended');
}

test('it says what it proves with: the native engine where it was built', () => {
  const addon = loadNativeAddon();
  const expected = addon === undefined ? 'groth16/snarkjs' : `groth16/native-${addon.arithmetic}`;
  assert.equal(fixture.service.ready.engine, expected);
});

test('an installation tells how far it is while it is made, and nothing before and after', async () => {
  const progress = async () =>
    (await fixture.client.call.getInstallProgress({ installationId: INSTALLATION })).progress;
  assert.equal(await progress(), undefined);
  let installing = true;
  const installed = install().finally(() => {
    installing = false;
  });
  const seen: bigint[] = [];
  while (installing) {
    const now = await progress();
    if (now?.stage !== 'comparing') continue;
    assert.equal(now.total, 10_000n);
    seen.push(now.completed);
  }
  await installed;
  assert.ok(new Set(seen).size > 1, 'the comparison was seen on its way');
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => Number(a - b)),
  );
  assert.equal(await progress(), undefined);
});

test('a model is installed once, and only the fairness prover can open it', async () => {
  const { report, sealedConformance } = await install();
  const again = await install();
  assert.equal(again.report?.modelCommitment, report?.modelCommitment);
  const committed = decodeModelOpening(await unseal(sealedConformance, 'conformance', fixture.fairnessKey));
  assert.equal(String(modelCommitment(committed)), report?.modelCommitment);
  const { agreement, attributes, attributesWithoutEffect } = report!;
  assert.ok(attributes.includes('income'));
  assert.deepEqual(attributesWithoutEffect, []);
  assert.equal(agreement!.rows, 10_000);
  assert.ok(agreement!.inBand < 10);
  const worst = Number(agreement!.worstErrorToBand);
  assert.ok(worst > 0 && worst <= 1);
  assert.ok(Number(agreement!.largestError) > 0 && Number(agreement!.largestError) < Number(agreement!.widestBand));
  fixture.registerModel(report!.modelCommitment);
});

test('what does not fit is refused by name', async () => {
  await assert.rejects(install({ sha256: new Uint8Array(32) }), { code: 'DATA_LOSS' });
  await assert.rejects(install({ schemaId: '1' }), { code: 'INVALID_ARGUMENT' });
  await assert.rejects(install({ approveLabel: 'yes' }), { code: 'INVALID_ARGUMENT', reason: 'MODEL_REFUSED' });
});

test('an application is proved eligible and decided, once, however often its job comes', async () => {
  const request = requestOf(first!.values, fixture.credentials(first!.values, 1000n, 100n));
  await fixture.submit('application-1', request);
  const intake = await nextProof('eligibility', 0);
  const decision = await nextProof('decision', 0);
  const intakeSignals = decodeSignals('eligibility', intake.predicate.publicSignals)!;
  const signals = decodeSignals('decision', decision.predicate.publicSignals)!;
  assert.equal(signals.applicantCommitment, intakeSignals.applicantCommitment);
  assert.equal(signals.eligibilityCommitment, intakeSignals.eligibilityCommitment);

  await fixture.submit('application-1', request, 'application-1-again');
  await fixture.submit('application-2', requestOf(second!.values, fixture.credentials(second!.values, 1001n, 200n)));
  const other = await nextProof('decision', 1);
  assert.notEqual(other.digest, decision.digest);
  const known = await fixture.client.call.getDecision({ applicationId: 'application-1' });
  assert.deepEqual(
    known.statements.map(({ digest }) => Buffer.from(digest).toString('hex')),
    [intake.digest, decision.digest],
  );
  assert.equal(known.state, gateway.ApplicationState.DECISION_PROVED);
  const listed = await fixture.client.call.listDecisions({
    applicationIds: ['application-1', 'application-unknown'],
    statementDigests: [intake.digest, other.digest, '00'.repeat(32)].map((digest) => Buffer.from(digest, 'hex')),
  });
  assert.deepEqual(
    listed.decisions.map(({ applicationId }) => applicationId),
    ['application-1', 'application-2'],
  );
  assert.deepEqual(listed.decisions[0], known);
  const tooMany = { applicationIds: Array.from({ length: 257 }, (_, i) => `a${i}`), statementDigests: [] };
  await assert.rejects(fixture.client.call.listDecisions(tooMany), { code: 'INVALID_ARGUMENT' });

  const both = [signals, decodeSignals('decision', other.predicate.publicSignals)!];
  const header = {
    scope: SCOPE,
    number: 1,
    manualOnly: false,
    recipientJwk: new TextEncoder().encode(JSON.stringify(publicSealingKey(fixture.fairnessKey))),
    applicants: 2n,
  };
  const { sealedSums } = await fixture.client.call.sumWindow([
    { payload: { $case: 'header', value: header } },
    { payload: { $case: 'applicants', value: { commitments: both.map((s) => frToBytes(fr(s.applicantCommitment))) } } },
  ]);
  const { opening } = decodeTallyOpening(await unseal(sealedSums, 'window-sums', fixture.fairnessKey));
  assert.equal(
    opening.sizes[0]!.reduce((sum, n) => sum + n, 0),
    2,
  );
  assert.ok(pointEquals(openingTally(opening), sumPoints(both.map(tallyOf))));
});

test('a crash while proving loses nothing and repeats nothing', async () => {
  const [applicant] = generateApplicants({ seed: 12, count: 1, biased: false });
  await fixture.submit(
    'application-3',
    requestOf(applicant!.values, fixture.credentials(applicant!.values, 1002n, 300n)),
  );
  await nextProof('eligibility', 2);
  await fixture.crash();
  const decision = await nextProof('decision', 2);
  const known = await fixture.client.call.getDecision({ applicationId: 'application-3' });
  assert.equal(known.statements.length, 2);
  assert.equal(Buffer.from(known.statements[1]!.digest).toString('hex'), decision.digest);
});

test('with ASSAY_ENGINE=snarkjs the same statements are proved by snarkjs', async () => {
  await fixture.crash({ ASSAY_ENGINE: 'snarkjs' });
  assert.equal(fixture.service.ready.engine, 'groth16/snarkjs');
  const [applicant] = generateApplicants({ seed: 14, count: 1, biased: false });
  await fixture.submit(
    'application-5',
    requestOf(applicant!.values, fixture.credentials(applicant!.values, 1004n, 500n)),
  );
  await nextProof('eligibility', 3);
  await nextProof('decision', 3);
});

test('boosted trees install, and decide by the circuit of their shape, whose key is loaded when it is needed', async () => {
  const trees = readFileSync(join(import.meta.dirname, '../../../examples/models/retail-histgb.onnx'));
  const { inputs } = parseRegistration(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../examples/models/retail-histgb.json'), 'utf8')),
  );
  const sha256 = createHash('sha256').update(trees).digest();
  const { report, sealedConformance } = await install({ name: 'boosted', inputs, sha256 }, trees);
  assert.equal(report?.family, model.ModelFamily.TREES);
  assert.deepEqual([report.treeRoom, report.treeDepth, report.trees], [32, 4, 32]);
  const committed = decodeModelOpening(await unseal(sealedConformance, 'conformance', fixture.fairnessKey));
  assert.equal(String(modelCommitment(committed)), report.modelCommitment);
  fixture.registerModel(report.modelCommitment);
  // What was in force before is forgotten; the native engine proves again.
  await fixture.crash();

  const [applicant] = generateApplicants({ seed: 15, count: 1, biased: false });
  await fixture.submit(
    'application-6',
    requestOf(applicant!.values, fixture.credentials(applicant!.values, 1005n, 600n)),
  );
  const { predicate } = await nextProof('decision', 4);
  assert.equal(predicate.circuit, 'decision-trees-32x4');
  const signals = decodeSignals('decision', predicate.publicSignals)!;
  assert.equal(String(signals.modelCommitment), report.modelCommitment);
});

test('an application whose credential is revoked is rejected, and its opening is not kept', async () => {
  const [applicant] = generateApplicants({ seed: 13, count: 1, biased: false });
  await fixture.submit(
    'application-4',
    requestOf(applicant!.values, fixture.credentials(applicant!.values, 1003n, 4n)),
  );
  const rejected = await until(async () => {
    const known = await fixture.client.call.getDecision({ applicationId: 'application-4' }).catch(() => undefined);
    return known?.state === gateway.ApplicationState.REJECTED ? known : undefined;
  });
  assert.equal(rejected.rejection?.reason, gateway.RejectionReason.CREDENTIAL_REVOKED);
});

test('an application whose credential was changed after it was signed is rejected for that', async () => {
  const [applicant] = generateApplicants({ seed: 16, count: 1, biased: false });
  const signed = fixture.credentials(applicant!.values, 1006n, 700n);
  const changed = { ...signed, financial: { ...signed.financial, credentialId: 702n } };
  await fixture.submit('application-7', requestOf(applicant!.values, changed));
  const rejected = await until(async () => {
    const known = await fixture.client.call.getDecision({ applicationId: 'application-7' }).catch(() => undefined);
    return known?.state === gateway.ApplicationState.REJECTED ? known : undefined;
  });
  assert.equal(rejected.rejection?.reason, gateway.RejectionReason.CREDENTIAL_INVALID);
});

test('nothing on disk or in the log tells an attribute', () => {
  const state = join(fixture.dir, 'state');
  const written = [
    fixture.service.output(),
    ...readdirSync(state).map((name) => readFileSync(join(state, name), 'latin1')),
  ];
  const canaries = ['income', 'savings', 'loan_amount'].flatMap((name) => first!.values.get(name) ?? []);
  assert.ok(canaries.length >= 2);
  for (const canary of canaries)
    assert.equal(
      written.some((text) => text.includes(canary)),
      false,
    );
});

async function until<T>(poll: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await poll();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
