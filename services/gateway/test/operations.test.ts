import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type gateway,
  operation as operations,
  prover,
  statement,
  verifier,
  window as windows,
} from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { scopeRegistrations } from './application-request.ts';
import { made } from './fakes.ts';
import { digestOf, Rig, SCOPE } from './rig.ts';

const { RUNNING, SUCCEEDED, FAILED } = operations.OperationState;
const { CONFORMANCE, FAIRNESS } = statement.StatementKind;
const refusal = (code: string, reason: string, field?: string) => (error: unknown) =>
  error instanceof RpcError &&
  error.code === code &&
  error.reason === reason &&
  (field === undefined || error.fieldViolations.some((violation) => violation.field === field));

const FILE = Buffer.concat([randomBytes(400_000), Buffer.from('weights-canary-8273')]);

function header(change: Partial<gateway.RegisterModelHeader['model']> = {}, requestId = 'model-00001') {
  const model = {
    name: 'consumer',
    version: '1.0',
    schemaId: '12',
    scope: SCOPE,
    approveLabel: '1',
    cutoff: { $case: 'probability', value: '0.4375' } as const,
    inputs: [],
    sha256: createHash('sha256').update(FILE).digest(),
    reasonsDocument: new Uint8Array(),
    ...change,
  };
  return { payload: { $case: 'header', value: { requestId, model } } } as const;
}

function* upload(first: ReturnType<typeof header>, file: Uint8Array = FILE): Generator<gateway.RegisterModelRequest> {
  yield first;
  for (let at = 0; at < file.length; at += 200_000) {
    yield { payload: { $case: 'chunk', value: file.subarray(at, at + 200_000) } };
  }
}

const proof = (kind: statement.StatementKind, digest: string): prover.ProvedStatement => ({
  statement: { ...made(kind, digest), result: statement.ArchiveResult.ACCEPTED, index: 12n },
  verdicts: [{ partition: 0, name: 'sex', verdict: statement.Verdict.PASS }],
});

async function finished(rig: Rig, operationId: string): Promise<gateway.Operation> {
  const { operation } = await rig.call.waitOperation({ operationId, timeout: undefined }, { deadlineMs: 15_000 });
  assert.notEqual(operation?.status?.state, RUNNING);
  return operation!;
}

describe('a model', () => {
  test('is passed to the prover, proved conformant, and given back to be signed', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.registrations = await scopeRegistrations();
    const { operation } = await rig.call.registerModel(upload(header()));
    const id = operation!.status!.operationId;
    const again = await rig.call.registerModel(upload(header()));
    assert.equal(again.operation?.status?.operationId, id);
    const other = rig.call.registerModel(upload(header({ version: '1.1' })));
    await assert.rejects(other, refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'));

    const waited = await rig.call.waitOperation({ operationId: id, timeout: { seconds: 0n, nanos: 1e6 } });
    assert.equal(waited.operation?.status?.state, RUNNING);
    rig.fakes.prove(id, proof(CONFORMANCE, digestOf(7)));
    const { status, result } = await finished(rig, id);
    assert.equal(status?.state, SUCCEEDED);
    assert(result?.$case === 'registeredModel');
    assert.equal(result.value.report?.modelCommitment, '4711');
    assert.equal(result.value.conformance?.index, 12n);
    const payload = JSON.parse(new TextDecoder().decode(result.value.registrationPayload));
    const [, , inForce] = rig.fakes.registrations;
    assert.deepEqual(payload.predicate, {
      kind: 'model',
      after: Buffer.from(inForce!.digest).toString('hex'),
      body: {
        bank: 'acme',
        scope: SCOPE,
        name: 'consumer',
        version: '1.0',
        modelCommitment: '4711',
        conformance: digestOf(7),
      },
    });
    const [installed] = rig.fakes.installed;
    assert(installed !== undefined);
    assert(installed.file.equals(FILE));
    assert.equal(Buffer.from(installed.header.recipientJwk).toString(), 'fairness-jwk');
    const [request] = rig.fakes.conformanceRequests;
    assert.deepEqual(
      [request?.requestId, request?.modelCommitment, request?.modelName, request?.modelVersion],
      [id, '4711', 'consumer', '1.0'],
    );
    assert.equal(Buffer.from(request!.sealedInputs).toString(), 'sealed-conformance');
  });

  test('shows how far it is: what the provers tell, and nothing once it is finished', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.registrations = await scopeRegistrations();
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    rig.fakes.installing = { progress: { stage: 'comparing', completed: 2_048n, total: 10_000n }, over };
    const { operation } = await rig.call.registerModel(upload(header()));
    const operationId = operation!.status!.operationId;
    assert.deepEqual(operation!.status!.progress, { stage: 'lowering', completed: 0n, total: 0n });
    const progress = async () => (await rig.call.getOperation({ operationId })).operation?.status?.progress;
    const untilStage = async (stage: string): Promise<operations.OperationProgress | undefined> => {
      for (;;) {
        const shown = await progress();
        if (shown === undefined || shown.stage === stage) return shown;
      }
    };
    assert.deepEqual(await untilStage('comparing'), rig.fakes.installing.progress);
    assert.deepEqual([...rig.fakes.progressAsked], [operationId]);
    end();
    assert.deepEqual(await untilStage('proving'), { stage: 'proving', completed: 0n, total: 0n });
    rig.fakes.prove(operationId, proof(CONFORMANCE, digestOf(7)));
    const { status } = await finished(rig, operationId);
    assert.equal(status?.progress, undefined);
  });

  test('is given back with the reasons that the prover compiled', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.registrations = await scopeRegistrations();
    const reasonsDocument = Buffer.from('{"name":"reasons"}');
    const { operation } = await rig.call.registerModel(upload(header({ reasonsDocument })));
    const id = operation!.status!.operationId;
    rig.fakes.prove(id, proof(CONFORMANCE, digestOf(7)));
    const { result } = await finished(rig, id);
    assert(result?.$case === 'registeredModel');
    const { predicate } = JSON.parse(new TextDecoder().decode(result.value.registrationPayload));
    assert.deepEqual(predicate.body.reasons, { document: { name: 'reasons' } });
  });

  test('goes on after a restart from the step it had come to, and lies nowhere in the clear', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.registrations = await scopeRegistrations();
    const search = () => assert(!rig.traces().includes('weights-canary-8273') && !rig.traces().includes('0.4375'));
    rig.fakes.available = false;
    const { operation } = await rig.call.registerModel(upload(header()));
    const id = operation!.status!.operationId;
    search();
    await rig.stop();
    rig.fakes.available = true;
    await rig.startGateway();
    while (!rig.fakes.proofs.has(id)) await rig.call.getOperation({ operationId: id });
    await rig.stop();
    rig.fakes.prove(id, proof(CONFORMANCE, digestOf(7)));
    await rig.startGateway();
    assert.equal((await finished(rig, id)).status?.state, SUCCEEDED);
    assert.equal(rig.fakes.installed.length, 1);
    assert.equal(rig.fakes.conformanceRequests.length, 1);
    search();
  });

  test('that cannot be lowered fails its operation with the reason', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.installError = new RpcError('INVALID_ARGUMENT', 'the operator Tanh cannot be lowered', {
      reason: 'MODEL_REFUSED',
    });
    const { operation } = await rig.call.registerModel(upload(header()));
    const { status } = await finished(rig, operation!.status!.operationId);
    assert.equal(status?.state, FAILED);
    assert.deepEqual(status?.error, {
      code: 3,
      reason: 'MODEL_REFUSED',
      message: 'the operator Tanh cannot be lowered',
      fieldViolations: [],
    });
  });

  test('that is not what its header says is refused', async (t) => {
    const rig = await Rig.start(t);
    const torn = rig.call.registerModel(upload(header(), FILE.subarray(1)));
    await assert.rejects(torn, refusal('DATA_LOSS', 'DIGEST_MISMATCH'));
    const large = rig.call.registerModel(upload(header(), new Uint8Array((16 << 20) + 1)));
    await assert.rejects(large, refusal('RESOURCE_EXHAUSTED', 'MODEL_TOO_LARGE'));
    const noHeader = rig.call.registerModel([{ payload: { $case: 'chunk', value: FILE.subarray(0, 9) } }]);
    await assert.rejects(noHeader, refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', 'payload'));
    const wrong: [string, ReturnType<typeof header>][] = [
      ['header.request_id', header({}, 'short')],
      ['header.model.name', header({ name: 'Upper' })],
      ['header.model.version', header({ version: '' })],
      ['header.model.schema_id', header({ schemaId: '-1' })],
      ['header.model.scope', header({ scope: 'other/loans/2025' })],
      ['header.model.approve_label', header({ approveLabel: '' })],
      ['header.model.cutoff', header({ cutoff: { $case: 'probability', value: '1e-3' } })],
      ['header.model.sha256', header({ sha256: FILE.subarray(0, 31) })],
      ['header.model.reasons_document', header({ reasonsDocument: new Uint8Array(65_537) })],
    ];
    for (const [field, first] of wrong) {
      const rejection = refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', field);
      await assert.rejects(rig.call.registerModel(upload(first)), rejection, field);
    }
  });
});

describe('a window', () => {
  const { OPEN, READY, PROVED } = windows.WindowState;
  const { DECISION, MANUAL_DECISION, WITHDRAWAL } = verifier.ClosingKind;
  const request = { requestId: 'fairness-1', scope: SCOPE, number: 3, manualOnly: false };
  const window = (change: Partial<verifier.Window> = {}): verifier.Window => ({
    ...verifier.Window.fromPartial({ scope: SCOPE, number: 3, state: READY, tally: { x: '0', y: '1' } }),
    ...change,
  });
  const closing = (kind: verifier.ClosingKind, n: number) =>
    verifier.Closing.fromPartial({ applicantCommitment: String(n), kind });

  test('is summed by its closings and proved', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.windows.set(3, window());
    rig.fakes.closings = [
      closing(DECISION, 1),
      closing(WITHDRAWAL, 2),
      closing(MANUAL_DECISION, 3),
      closing(DECISION, 4),
    ];
    const { operation } = await rig.call.requestFairness(request);
    const id = operation!.status!.operationId;
    assert.equal((await rig.call.requestFairness(request)).operation?.status?.operationId, id);
    const manual = await rig.call.requestFairness({ ...request, requestId: 'fairness-2', manualOnly: true });
    const manualId = manual.operation!.status!.operationId;
    rig.fakes.prove(id, proof(FAIRNESS, digestOf(8)));
    rig.fakes.prove(manualId, proof(FAIRNESS, digestOf(9)));
    const [all, some] = await Promise.all([finished(rig, id), finished(rig, manualId)]);
    assert(all.result?.$case === 'windowFairness' && some.result?.$case === 'windowFairness');
    assert.deepEqual([all.result.value.manualOnly, some.result.value.manualOnly], [false, true]);
    assert.equal(all.result.value.verdicts[0]?.verdict, statement.Verdict.PASS);
    const sums = new Map(rig.fakes.summed.map(({ header: of, applicants }) => [of.manualOnly, { of, applicants }]));
    assert.deepEqual(sums.get(false)?.applicants, ['1', '3', '4']);
    assert.equal(sums.get(false)?.of.applicants, 3n);
    assert.deepEqual(sums.get(true)?.applicants, ['3']);
    const proved = rig.fakes.fairnessRequests.find(({ manualOnly }) => !manualOnly);
    assert.deepEqual([proved?.requestId, proved?.number, proved?.scope], [id, 3, SCOPE]);
    assert.equal(Buffer.from(proved!.sealedSums).toString(), 'sealed-sums');
  });

  test('has to be ready, and is not proved again', async (t) => {
    const rig = await Rig.start(t);
    await assert.rejects(rig.call.requestFairness(request), refusal('NOT_FOUND', 'WINDOW_UNKNOWN'));
    rig.fakes.windows.set(3, window({ state: OPEN }));
    await assert.rejects(rig.call.requestFairness(request), refusal('FAILED_PRECONDITION', 'WINDOW_NOT_READY'));
    const fairness = { manualOnly: false, ...proof(FAIRNESS, digestOf(8)) };
    rig.fakes.windows.set(3, window({ state: PROVED, fairness: [fairness] }));
    const { operation } = await rig.call.requestFairness(request);
    assert.equal(operation?.status?.state, SUCCEEDED);
    assert.deepEqual(operation?.result, { $case: 'windowFairness', value: fairness });
    assert.equal(rig.fakes.summed.length, 0);
  });

  test('fails with the reason that its prover gave', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.windows.set(3, window());
    const { operation } = await rig.call.requestFairness(request);
    const id = operation!.status!.operationId;
    const error = { code: 9, reason: 'TALLY_MISMATCH', message: 'the sums do not open the tally', fieldViolations: [] };
    const status = { operationId: `proof-${id}`, state: FAILED };
    const failed = prover.Operation.fromPartial({ status });
    rig.fakes.proofs.set(id, { ...failed, status: { ...failed.status!, error } });
    assert.deepEqual((await finished(rig, id)).status?.error, error);
  });

  test('is shown without its tallies', async (t) => {
    const rig = await Rig.start(t);
    rig.fakes.windows.set(3, window());
    rig.fakes.windows.set(4, window({ number: 4, state: OPEN }));
    const found = await rig.call.getWindow({ scope: SCOPE, number: 3 });
    assert.equal(found.window?.state, READY);
    assert(!('tally' in found.window!));
    const all = { scope: '', states: [], pageSize: 0, pageToken: '' };
    assert.equal((await rig.call.listWindows(all)).windows.length, 2);
    assert.deepEqual(
      (await rig.call.listWindows({ ...all, states: [OPEN] })).windows.map(({ number }) => number),
      [4],
    );
    const wrong: [string, Parameters<typeof rig.call.listWindows>[0]][] = [
      ['scope', { ...all, scope: 'other/loans/2025' }],
      ['states[0]', { ...all, states: [0] }],
      ['page_size', { ...all, pageSize: 201 }],
      ['page_token', { ...all, pageToken: 'nonsense' }],
    ];
    for (const [field, query] of wrong) {
      await assert.rejects(rig.call.listWindows(query), refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', field), field);
    }
    await assert.rejects(rig.call.getWindow({ scope: SCOPE, number: 9 }), refusal('NOT_FOUND', 'WINDOW_UNKNOWN'));
    await assert.rejects(
      rig.call.getWindow({ scope: 'other/loans/2025', number: 0 }),
      refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', 'number'),
    );
  });
});

test('an operation that is not there is not found', async (t) => {
  const rig = await Rig.start(t);
  await assert.rejects(rig.call.getOperation({ operationId: 'none' }), { code: 'NOT_FOUND' });
  await assert.rejects(rig.call.waitOperation({ operationId: 'none', timeout: undefined }), { code: 'NOT_FOUND' });
});
