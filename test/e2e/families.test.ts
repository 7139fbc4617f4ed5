// One bank whose model is replaced by one of another family: trees, a network, then larger trees, each from its exporter's own file, decides
// under proof, and the archive that holds all of it checks out.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gateway } from '@assay/client';
import { modelRegistration, submitRegistrations } from '@assay/deployment';
import { loadVerificationKeys } from '@assay/keys';
import { FloatModel, loweringOptions, lowerOnnx, parseRegistration } from '@assay/model';
import { encodeAttributes } from '@assay/schema';
import { parseEnvelope, sealEnvelope } from '@assay/verify';
import { generateApplicants } from '../../examples/applicants/generate.ts';
import { noticeFor } from '../../examples/demo/applicants-notice.ts';
import { proveFairness, registerModel, type Settled, submitAll } from '../../examples/demo/bank-backend.ts';
import { type DemoApplicant, type ModelFile, retailDataset } from '../../examples/demo/dataset.ts';
import { registerDecidingModel } from '../../examples/demo/honest-run.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { verifyOffline } from '../../examples/demo/offline-check.ts';
import { registerSlot } from '../../examples/demo/regulator.ts';
import { openScene, type Scene } from '../../examples/demo/scene.ts';

const MODELS = join(import.meta.dirname, '../../examples/models');
/** Files of exporters, with the circuits that decide by them and prove their reasons. Of the larger circuits keys are made on demand. */
const FAMILIES = [
  { name: 'retail-histgb', circuit: 'decision-trees-32x4', reasons: 'reasons-trees-32x4' },
  { name: 'retail-network', circuit: 'decision-network', reasons: 'reasons-network' },
  { name: 'retail-xgboost', circuit: 'decision-trees-100x6', reasons: 'reasons-trees-100x6' },
];
const APPLICANTS = 3;

const dataset = retailDataset();
const keys = await loadVerificationKeys();
const settled: Settled[] = [];
let dir: string;
let from: number;
let scene: Scene;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-families-'));
  from = Date.now();
  // A network's band may hold any of them.
  const limits = { withdrawalCeilingPermille: 1000, referralCeilingPermille: 1000 };
  scene = await openScene({ dir: join(dir, 'scene'), dataset, tMin: 1, limits });
  await registerDecidingModel(scene, new Narrator({ write: () => true }));
});
after(async () => {
  await scene?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

function readFile(name: string): Pick<ModelFile, 'registration' | 'onnx' | 'lowering'> {
  const registration = parseRegistration(JSON.parse(readFileSync(join(MODELS, `${name}.json`), 'utf8')));
  const onnx = Uint8Array.from(readFileSync(join(MODELS, registration.file)));
  return { registration, onnx, lowering: loweringOptions(registration, dataset.schema) };
}

/** Uploads the model, and has the validator sign that it follows the one in force. */
async function replaceModel({ registration, onnx }: ReturnType<typeof readFile>): Promise<void> {
  const { bank, deployment, rules } = scene;
  const { report, conformance } = await registerModel(bank, { registration, onnx }, dataset.reasons.document);
  const { scope } = rules;
  const inForce = (await bank.verifier.getInForce(scope)).registrations
    .map(({ envelope, digest }) => ({ predicate: parseEnvelope(envelope).predicate, digest }))
    .find(({ predicate }) => predicate.type === 'registration' && predicate.kind === 'model')!;
  const { predicate } = await modelRegistration(deployment, {
    ...{ scope, name: registration.name, version: registration.version },
    modelCommitment: report!.modelCommitment,
    conformance: Buffer.from(conformance!.digest).toString('hex'),
    reasons: dataset.reasons,
  });
  assert.ok(predicate.type === 'registration');
  const following = { ...predicate, after: Buffer.from(inForce.digest).toString('hex') };
  await submitRegistrations(bank.verifier, [await sealEnvelope(following, new Uint8Array(), deployment.validator)]);
}

function applicantsFor(name: string, seed: number): DemoApplicant[] {
  return generateApplicants({ seed, count: APPLICANTS, biased: false }).map((applicant) => ({
    ...applicant,
    id: `${name}-${applicant.id}`,
    documentNumber: `${name}-${applicant.documentNumber}`,
  }));
}

for (const [i, { name, circuit, reasons }] of FAMILIES.entries()) {
  const skip = circuit in keys ? false : `there is no key for ${circuit}: make setup ALL=1`;
  test(`${name} takes over and decides as onnxruntime does`, { skip }, async () => {
    const file = readFile(name);
    await replaceModel(file);
    const decided = await submitAll(scene.bank, applicantsFor(name, 41 + i));
    settled.push(...decided);
    const float = await FloatModel.open(file.onnx, file.lowering);
    const rows = decided.map(({ applicant }) => encodeAttributes(dataset.schema, applicant.values));
    const decisions = await float.decide(rows);
    await float.close();
    const { APPROVED, DECLINED } = gateway.Outcome;
    const clear = decided.flatMap(({ application }, at) =>
      application.state === gateway.ApplicationState.CLOSED ? [{ application, approve: decisions[at]!.approve }] : [],
    );
    for (const { application, approve } of clear) assert.equal(application.outcome, approve ? APPROVED : DECLINED);
    assert.ok(lowerOnnx(file.onnx, file.lowering).family !== 'additive');
    const declined = decided.find(({ application }) => application.outcome === DECLINED);
    assert.ok(declined !== undefined, 'the seed has applicants whom the model declines');
    await checkReasons(declined, reasons);
  });
}

/** The applicant checks the notice in a process that has its files alone: the reasons are proved where there is a key. */
async function checkReasons(declined: Settled, circuit: string): Promise<void> {
  const { bank, deployment } = scene;
  const { reasons, lines } = await noticeFor(declined, bank.gateway, { dir, trustFile: deployment.layout.trustFile });
  assert.equal(reasons?.basis, circuit in keys ? 'score' : 'declared');
  assert.equal(reasons?.proof?.circuit, circuit in keys ? circuit : undefined);
  const line = lines.find((text) => text.includes('reasons-proof'));
  assert.match(line ?? '', circuit in keys ? /^passed .* cost the score most/ : /^not made .* no proof is given/);
  assert.ok(reasons!.named.length > 0);
}

test('their decisions are tallied together, and the archive checks out from its files', async () => {
  const { bank, deployment, rules } = scene;
  const { CLOSED } = gateway.ApplicationState;
  const families = FAMILIES.filter(({ circuit }) => circuit in keys).length;
  assert.equal(settled.length, families * APPLICANTS);
  await registerSlot(bank.verifier, deployment, { scope: rules.scope, slot: 1, from, to: Date.now() });
  if (settled.every(({ application }) => application.state === CLOSED)) await proveFairness(bank, 1);
  const { statements, entries, findings } = await verifyOffline(deployment.layout.archive, deployment.layout.trustFile);
  assert.equal(statements.decision, settled.length);
  assert.equal(statements.conformance, 1 + families);
  assert.equal(entries.rejected, undefined);
  assert.deepEqual(findings, []);
});
