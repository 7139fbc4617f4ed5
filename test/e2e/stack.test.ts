// One bank, one regulator, real processes: applications in, archived proofs out, through crashes, and nothing leaks.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectBus, type StreamKind } from '@assay/bus';
import type { ArchiveReport } from '@assay/cli';
import { gateway, statement } from '@assay/client';
import { integerToBytes } from '@assay/field';
import { encodeAttributes } from '@assay/schema';
import { applicantCommitment, openingKey } from '@assay/statements';
import { checkNotice } from '@assay/verify';
import { withScoreAtCutoff } from '../../examples/applicants/demo.ts';
import { generateApplicants } from '../../examples/applicants/generate.ts';
import {
  checkReceipt,
  decideReferred,
  proveFairness,
  type Settled,
  send,
  settle,
  submit,
  submitAll,
  withdraw,
} from '../../examples/demo/bank-backend.ts';
import { type DemoApplicant, retailDataset } from '../../examples/demo/dataset.ts';
import { registerDecidingModel } from '../../examples/demo/honest-run.ts';
import { Narrator } from '../../examples/demo/narrator.ts';
import { verifyOffline } from '../../examples/demo/offline-check.ts';
import { verdictsInClear } from '../../examples/demo/oracle.ts';
import { openTable, registerSlot } from '../../examples/demo/regulator.ts';
import { openScene, type Scene } from '../../examples/demo/scene.ts';
import { countConnected, STAGES } from '../../examples/demo/traces.ts';
import { ApplicationStore } from '../../services/kyc-prover/src/application-store.ts';
import { ModelStore } from '../../services/kyc-prover/src/model-store.ts';
import {
  bytesCanary,
  type Canary,
  canariesIn,
  canariesInFiles,
  filesBelow,
  integerCanary,
  textCanary,
} from './canary.ts';

const { ApplicationState, Outcome } = gateway;
const SAVINGS = '271828.18';
const SCREENED = 'X-SCREENED-31415926';

const VERDICT_NAMES: ReadonlyMap<statement.Verdict, string> = new Map([
  [statement.Verdict.PASS, 'PASS'],
  [statement.Verdict.FAIL, 'FAIL'],
  [statement.Verdict.INDETERMINATE, 'INDETERMINATE'],
]);

const quiet = new Narrator({ write: () => true });
const dataset = retailDataset();
let dir: string;
let scene: Scene;
let from: number;
/** In the order of submission; replaced when a person or the applicant ends one. */
const ended = new Map<string, Settled>();
/** What applicants were handed, and nobody else may have. */
const handedOver: Canary[] = [];

/** Plain, two referred, one under age, one screened: everything that an intake can become. */
function firstApplicants(): DemoApplicant[] {
  const generated = generateApplicants({ seed: 5, count: 7, biased: false, withIneligible: true });
  return generated.map((applicant, i) => {
    if (i < 2) return withScoreAtCutoff(applicant, dataset.schema, dataset.model.lowered, 'income') ?? applicant;
    if (i === 3) return { ...applicant, values: new Map(applicant.values).set('savings', SAVINGS) };
    return i === 6 ? { ...applicant, documentNumber: SCREENED } : applicant;
  });
}

/** Those who are under way while services crash. */
function laterApplicants(): DemoApplicant[] {
  return generateApplicants({ seed: 77, count: 3, biased: false }).map((applicant) => ({
    ...applicant,
    id: `later-${applicant.id}`,
    documentNumber: `L${applicant.documentNumber}`,
  }));
}

function outcomeOf(id: string): gateway.Outcome | undefined {
  return ended.get(id)?.application.outcome;
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
  from = Date.now();
  const limits = { withdrawalCeilingPermille: 200, referralCeilingPermille: 500 };
  scene = await openScene({ dir: join(dir, 'scene'), dataset, tMin: 5, limits, screened: [SCREENED] });
});
after(async () => {
  await scene?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

test('a model is registered: lowered, conformance proved and archived, signed for by the validator', async () => {
  await registerDecidingModel(scene, quiet);
  const inForce = await scene.bank.verifier.getInForce(scene.rules.scope);
  assert.equal(inForce.registrations.length, 9);
});

test('every application comes to its end, or to a person', async () => {
  for (const one of await submitAll(scene.bank, firstApplicants())) ended.set(one.applicant.id, one);
  const { CLOSED, REFERRED } = ApplicationState;
  const states = [...ended.values()].map(({ application }) => application.state);
  assert.deepEqual(states, [REFERRED, REFERRED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED]);
  assert.deepEqual([outcomeOf('applicant-06'), outcomeOf('applicant-07')], [Outcome.INELIGIBLE, Outcome.INELIGIBLE]);
});

test('outside the band, the outcome is the one that onnxruntime gives', async () => {
  const { FloatModel } = await import('@assay/model');
  const model = await FloatModel.open(dataset.model.onnx, dataset.model.lowering);
  const decided: readonly gateway.Outcome[] = [Outcome.APPROVED, Outcome.DECLINED];
  const eligible = [...ended.values()].filter(({ application }) => decided.includes(application.outcome));
  const rows = eligible.map(({ applicant }) => encodeAttributes(dataset.schema, applicant.values));
  const decisions = await model.decide(rows);
  await model.close();
  assert.ok(eligible.length >= 3);
  assert.deepEqual(
    eligible.map(({ application }) => application.outcome === Outcome.APPROVED),
    decisions.map(({ approve }) => approve),
  );
});

test('the same request again is the same application; another content under its id is refused', async () => {
  const [first] = ended.values();
  const again = await scene.bank.gateway.getApplication(first!.application.applicationId);
  assert.equal(again.applicationId, first!.application.applicationId);
  await assert.rejects(submit(scene.bank, { ...firstApplicants()[2]!, id: first!.applicant.id }), {
    code: 'ALREADY_EXISTS',
  });
});

test('an officer decides one referred application, an applicant withdraws the other', async () => {
  const [decided, withdrawn] = ended.values();
  const approved = await decideReferred(scene.bank, decided!, { approve: true });
  assert.equal(approved.state, ApplicationState.CLOSED);
  assert.equal(approved.outcome, Outcome.APPROVED);
  ended.set(decided!.applicant.id, { ...decided!, application: approved });
  const gone = await withdraw(scene.bank, withdrawn!);
  assert.equal(gone.state, ApplicationState.WITHDRAWN);
  ended.set(withdrawn!.applicant.id, { ...withdrawn!, application: gone });
});

test('whoever was decided gets a notice that checks out alone, and nobody learns of a screening', async () => {
  const { bank, deployment } = scene;
  const bases = new Map<string, string | undefined>();
  for (const [id, { application, subject }] of ended) {
    const asked = bank.gateway.getDecisionNotice(application.applicationId, { deadlineMs: 120_000 });
    if (application.state === ApplicationState.WITHDRAWN) {
      await assert.rejects(asked, { code: 'FAILED_PRECONDITION', reason: 'APPLICATION_STATE' });
      continue;
    }
    const bytes = await asked;
    const { checks, valid, notice } = checkNotice(bytes, deployment.trust, { subject });
    assert.ok(valid, `${id}: ${checks.at(-1)?.finding}`);
    assert.equal(notice!.outcome, application.outcome === Outcome.APPROVED ? 'approved' : 'declined');
    const byScore = notice!.reasons?.basis === 'score';
    assert.equal(checks.at(-1)!.result, byScore ? 'passed' : 'not-made');
    bases.set(id, notice!.reasons?.basis);
    if (notice!.reasons?.proof) handedOver.push(bytesCanary(`${id} reasons proof`, notice!.reasons.proof.proof));
    const stranger = checkNotice(bytes, deployment.trust, { subject: subject + 1n });
    assert.deepEqual([stranger.valid, stranger.checks.at(-1)?.name], [false, 'applicant']);
    if (id === 'applicant-06')
      assert.deepEqual(
        notice!.reasons?.named.map(({ attribute }) => attribute),
        ['age'],
      );
    assert.ok(!/screen|list/i.test(JSON.stringify(notice!.reasons?.named ?? [])));
  }
  assert.equal(bases.get('applicant-06'), 'policy');
  // Who was screened out is told what the score says, with a proof, like everybody whom the score declined.
  assert.equal(bases.get('applicant-07'), 'score');
  assert.ok(handedOver.length >= 1);
});

test('each application is one trace, from the call to the archived receipt, with every stage', async () => {
  await scene.telemetry.flush();
  const traceIds = [...ended.values()].map(({ traceId }) => traceId);
  assert.equal(new Set(traceIds).size, 7);
  await countConnected(scene.collector, traceIds, 20_000);
  for (const traceId of traceIds) {
    scene.collector.assertConnected(traceId);
    const spans = scene.collector.spans(traceId);
    const stages = STAGES.filter((stage) => !spans.some(({ name }) => name === stage || name.startsWith(`${stage} `)));
    assert.deepEqual(stages, [], 'missing stages');
    const services = new Set(spans.map(({ service }) => service));
    for (const service of ['bank', 'gateway', 'kyc-prover', 'verifier']) assert.ok(services.has(service), service);
  }
});

test('whom an officer declines is told the reasons that the officer named', async () => {
  const { bank, deployment } = scene;
  const [someone] = generateApplicants({ seed: 99, count: 1, biased: false });
  const other = { ...someone!, id: 'referred', documentNumber: `R${someone!.documentNumber}` };
  const close = withScoreAtCutoff(other, dataset.schema, dataset.model.lowered, 'income');
  const referred = await submit(bank, close!);
  assert.equal(referred.application.state, ApplicationState.REFERRED);
  const { applicationId } = referred.application;
  await assert.rejects(bank.gateway.getDecisionNotice(applicationId), { reason: 'APPLICATION_STATE' });
  const application = await decideReferred(bank, referred, { approve: false, reasons: ['savings', 'income'] });
  ended.set(close!.id, { ...referred, application });
  const bytes = await bank.gateway.getDecisionNotice(applicationId);
  const { valid, checks, notice } = checkNotice(bytes, deployment.trust, { subject: referred.subject });
  assert.ok(valid, checks.at(-1)?.finding);
  assert.equal(notice!.reasons?.basis, 'officer');
  assert.deepEqual(
    notice!.reasons?.named.map(({ attribute, code }) => [attribute, code]),
    [
      ['savings', '5'],
      ['income', '1'],
    ],
  );
});

test('nothing is lost and nothing comes twice when services are killed', async () => {
  const { stack, bank } = scene;
  const applicants = laterApplicants();
  const submitted = await Promise.all(applicants.map((applicant) => send(bank, applicant)));
  await stack.crash('gateway');
  await stack.ready('gateway');
  const [first] = submitted;
  for await (const { state } of bank.gateway.watchApplication(first!.application.applicationId, {
    deadlineMs: 120_000,
  })) {
    if (state === ApplicationState.SUBMITTED) continue;
    break;
  }
  await stack.crash('kyc-prover');
  await stack.crash('verifier');
  await stack.crash('nats');
  for (const name of ['nats', 'verifier', 'kyc-prover']) await stack.ready(name);
  for (const one of await Promise.all(submitted.map((pending) => settle(bank, pending)))) {
    assert.equal(one.application.state, ApplicationState.CLOSED);
    ended.set(one.applicant.id, one);
  }
  const kinds: (statement.StatementKind | undefined)[] = [];
  for await (const { reference } of bank.verifier.statements({ scope: scene.rules.scope })) kinds.push(reference?.kind);
  const count = (wanted: statement.StatementKind): number => kinds.filter((kind) => kind === wanted).length;
  const { ELIGIBILITY, DECISION, MANUAL_DECISION } = statement.StatementKind;
  assert.deepEqual([count(ELIGIBILITY), count(DECISION), count(MANUAL_DECISION)], [11, 11, 2]);
});

test('the window is judged as the decisions in the clear are, over a crash of the prover', async () => {
  const { bank, deployment, rules, stack } = scene;
  await registerSlot(bank.verifier, deployment, { scope: rules.scope, slot: 1, from, to: Date.now() });
  const proving = proveFairness(bank, 1);
  await stack.crash('fairness-prover');
  const { statement: reference, verdicts } = await proving;
  const used = verdicts.filter(({ verdict }) => verdict !== statement.Verdict.UNUSED);
  const names = used.map(({ name, verdict }) => [name, VERDICT_NAMES.get(verdict)]);
  assert.deepEqual(Object.fromEntries(names), verdictsInClear([...ended.values()], rules));
  const table = await openTable(bank.verifier, reference!.digest, deployment, rules);
  const sex = table.filter(({ partition, hidden }) => partition === 'sex' && !hidden);
  assert.equal(
    sex.reduce((sum, { size }) => sum + size, 0),
    10,
  );
  const manual = await proveFairness(bank, 1, true);
  assert.ok(manual.manualOnly);
});

test('the archive checks out from its files, and holds what it should', async () => {
  const { archive, trustFile } = scene.deployment.layout;
  const report: ArchiveReport = await verifyOffline(archive, trustFile);
  assert.deepEqual(report.statements, {
    ...{ conformance: 1, eligibility: 11, decision: 11 },
    ...{ 'manual-decision': 2, fairness: 2 },
  });
  assert.equal(report.entries.withdrawal, 1);
  assert.equal(report.entries.rejected, undefined);
  assert.deepEqual(report.findings, []);
  const [window] = report.windows;
  assert.deepEqual([window?.state, window?.intakes, window?.withdrawals], ['PROVED', 11, 1]);
});

test('every receipt leads from its entry to the signed checkpoint', async () => {
  const indices = new Set<number>();
  for (const { application } of ended.values()) {
    for (const { digest } of application.statements) indices.add(await checkReceipt(scene.bank, digest));
  }
  assert.ok(indices.size >= 20);
});

test('no attribute, salt or weight is on the bus, in the archive, in logs, spans or databases', async () => {
  const { layout } = scene.deployment;
  const published = await Promise.all((['PROOFS', 'ARCHIVE'] as const).map(readStream));
  await scene.telemetry.flush();
  const collected = [...scene.collector.spans()];
  await scene.stack.stop();
  const secrets = collectSecrets();
  assert.ok(secrets.length > 60);
  const owned = [layout.bank.dir, layout.regulator.dir, layout.issuers.dir, layout.sets];
  const keys = ['openings.key', 'tally.key'].map((name) => join(layout.state['kyc-prover'], name));
  const files = filesBelow(scene.dir, [...owned, ...keys]);

  // The search finds what is there: the public commitment of an application, in events, archive and databases.
  const [{ application }] = [...ended.values()] as [Settled];
  const known = [textCanary('commitment', application.applicantCommitment)];
  for (const place of ['nats', 'verifier/archive', 'kyc-prover'])
    assert.notDeepEqual(canariesInFiles(filesBelow(join(scene.dir, place)), known), [], place);
  assert.notDeepEqual(canariesIn(Buffer.concat(published.flat()), known), []);

  assert.deepEqual(canariesInFiles(files, secrets), []);
  assert.deepEqual(canariesIn(Buffer.concat(published.flat()), secrets), []);
  assert.deepEqual(canariesIn(Buffer.from(JSON.stringify(collected, (_, v: unknown) => String(v))), secrets), []);
  const inSpans = secrets
    .flatMap(({ texts }) => texts)
    .filter((text) => text.length > 6 && scene.collector.includes(text));
  assert.deepEqual(inSpans, []);
});

/** All events of a stream so far, up to the last one that the archive has told of. */
async function readStream(stream: StreamKind): Promise<Uint8Array[]> {
  const { url, monitorUrl } = scene.stack.addresses.nats;
  await using bus = await connectBus({ servers: [url], monitorUrls: [monitorUrl], name: 'canary' });
  const done = new AbortController();
  const last = await lastStatement();
  const contents: Uint8Array[] = [];
  for await (const { event } of bus.readStream({ bank: scene.bank.bank, stream, signal: done.signal })) {
    if (event !== undefined) contents.push(Buffer.from(JSON.stringify({ ...event, data: undefined })), event.data);
    if (event?.about === last) break;
  }
  done.abort();
  return contents;
}

async function lastStatement(): Promise<string> {
  for await (const { reference } of scene.bank.verifier.statements())
    return Buffer.from(reference!.digest).toString('hex');
  throw new Error('the archive is empty');
}

/** What the bank's own files hold under its own keys, and what applicants told it. */
function collectSecrets(): Canary[] {
  const store = new ApplicationStore(scene.deployment.layout.state['kyc-prover']);
  const secrets: Canary[] = [textCanary('savings', SAVINGS), integerCanary('savings', 27182818n)];
  for (const [id, { applicant, application }] of ended) {
    const opening = store.opening(application.applicationId);
    assert.ok(opening !== undefined);
    const { identity, financial } = opening.credentials;
    secrets.push(
      integerCanary(`${id} salt`, opening.applicant.salt),
      integerCanary(`${id} subject`, opening.applicant.subject),
      integerCanary(`${id} opening key`, openingKey(opening.applicant.subject, applicantCommitment(opening.applicant))),
      integerCanary(`${id} document`, identity.documentHash),
      integerCanary(`${id} credential`, financial.credentialId),
      textCanary(`${id} document number`, applicant.documentNumber),
      textCanary(`${id} income`, applicant.values.get('income')!),
    );
    const closing = store.closing(application.applicationId, 'decision');
    if (closing !== undefined) secrets.push(bytesCanary(`${id} tally salt`, closing.tallySalt));
    if (closing?.tally !== undefined) secrets.push(integerCanary(`${id} blinding`, closing.tally.blinding));
  }
  secrets.push(...handedOver, bytesCanary('tally key', store.tallyKey), ...modelSecrets(store));
  store.close();
  return secrets;
}

function modelSecrets(store: ApplicationStore): Canary[] {
  const commitment = [...ended.values()].map(({ application }) => store.find(application.applicationId)?.model)[0];
  const installed = new ModelStore(store.db, store.sealed).find(BigInt(commitment ?? 0));
  assert.ok(installed !== undefined);
  const { model, modelSalt } = installed.committed;
  assert.ok(model.family === 'additive');
  const weights = model.weights.filter((weight) => weight > 1n << 40n || weight < -(1n << 40n));
  assert.ok(weights.length >= 5);
  const { onnx } = dataset.model;
  return [
    integerCanary('model salt', modelSalt),
    bytesCanary('model salt', integerToBytes(modelSalt, 32)),
    ...weights.map((weight, j) => integerCanary(`weight ${j}`, weight)),
    integerCanary('bias', model.bias),
    bytesCanary('onnx', onnx.subarray(onnx.length >> 1, (onnx.length >> 1) + 48)),
  ];
}
