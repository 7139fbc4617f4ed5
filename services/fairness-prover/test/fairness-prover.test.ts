import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { operation as operations, statement, window as windows } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import { generateSealingKey, publicSealingKey, seal } from '@assay/seal';
import {
  decodeSignals,
  encodeModelOpening,
  encodeTallyOpening,
  openingTally,
  tableCiphertextHash,
} from '@assay/statements';
import { dsseSignedBy, parseTable } from '@assay/verify';
import {
  CANARY_WEIGHT,
  fairnessPolicy,
  largestModel,
  model,
  network,
  OTHER_ELEMENT,
  PROHIBITED_MASK,
  Rig,
  schema,
  windowSums,
} from './fixture.ts';

const { RUNNING, SUCCEEDED, FAILED } = operations.OperationState;
const isArchiving = ({ status }: { status: operations.OperationStatus | undefined }) =>
  status?.progress?.stage === 'archiving';
const refusal = (code: string, reason: string, field?: string) => (error: unknown) =>
  error instanceof RpcError &&
  error.code === code &&
  error.reason === reason &&
  (field === undefined || error.fieldViolations.some((violation) => violation.field === field));

describe('conformance', () => {
  test('is proved, published, and done when the archive has it', async (t) => {
    const rig = await Rig.start(t);
    const committed = model();
    const request = await rig.conformance(committed);
    const { operation } = await rig.call.proveConformance(request);
    const id = operation!.status!.operationId;
    assert.equal(operation!.status!.state, RUNNING);

    const [published] = await rig.published(1);
    const { predicate, dsse, digest } = published!.envelope;
    assert(dsseSignedBy(dsse, rig.signer.publicKey));
    assert(predicate.type === 'proof' && predicate.statement === 'conformance');
    assert.deepEqual(predicate.context, { bank: 'acme', model: 'consumer', version: '1.0' });
    const signals = decodeSignals('conformance', predicate.publicSignals)!;
    assert.deepEqual(
      [String(signals.modelCommitment), signals.schemaId, signals.prohibitedMask],
      [request.modelCommitment, schema.id, BigInt(PROHIBITED_MASK)],
    );
    assert.equal((await rig.until(id, isArchiving)).status?.state, RUNNING);

    await rig.announce('cd'.repeat(32), 'accepted');
    await rig.announce(digest, 'accepted', { index: 41 });
    const { status, proved } = await rig.finished(id);
    assert.equal(status?.state, SUCCEEDED);
    assert.equal(Buffer.from(proved!.statement!.digest).toString('hex'), digest);
    assert.equal(proved?.statement?.index, 41n);
    assert.equal(proved?.statement?.result, statement.ArchiveResult.ACCEPTED);
    assert.deepEqual(proved?.verdicts, []);
  });

  test('is proved of a network as of any other model', async (t) => {
    const rig = await Rig.start(t);
    const committed = network();
    const { operation } = await rig.call.proveConformance(await rig.conformance(committed));
    const [published] = await rig.published(1);
    const { predicate, digest } = published!.envelope;
    assert(predicate.type === 'proof' && predicate.circuit === 'conformance-network');
    assert.equal(decodeSignals('conformance', predicate.publicSignals)!.family, 4n);
    await rig.announce(digest, 'accepted', { index: 41 });
    assert.equal((await rig.finished(operation!.status!.operationId)).status?.state, SUCCEEDED);

    // A band below what the weights make of it: no witness.
    const falsified = { ...committed, model: { ...committed.model, growth: [0n, 0n, 0n] as const } };
    const refused = await rig.call.proveConformance(await rig.conformance(falsified, { requestId: 'false-band' }));
    assert.equal((await rig.finished(refused.operation!.status!.operationId)).status?.error?.reason, 'CLAIM_REFUSED');
  });

  test('fails for a family whose key is not there', async (t) => {
    const rig = await Rig.start(t);
    await rig.stop();
    await rig.startProver(8, ['conformance-additive', 'fairness']);
    const { operation } = await rig.call.proveConformance(await rig.conformance(network()));
    assert.equal((await rig.finished(operation!.status!.operationId)).status?.error?.reason, 'CIRCUIT_MISSING');
  });

  test('fails with the code of a refusal', async (t) => {
    const rig = await Rig.start(t);
    const { operation } = await rig.call.proveConformance(await rig.conformance(model()));
    const [published] = await rig.published(1);
    await rig.announce(published!.envelope.digest, 'rejected', { code: 'SCHEMA_NOT_IN_FORCE' });
    const { status, proved } = await rig.finished(operation!.status!.operationId);
    assert.equal(status?.state, FAILED);
    assert.equal(status?.error?.reason, 'SCHEMA_NOT_IN_FORCE');
    assert.equal(proved, undefined);
  });

  test('is started once for a request id, and proved once for a claim', async (t) => {
    const rig = await Rig.start(t);
    const committed = model();
    const first = await rig.call.proveConformance(await rig.conformance(committed));
    // Sealed anew, the bytes differ; the request is the same.
    const again = await rig.call.proveConformance(await rig.conformance(committed));
    assert.equal(again.operation?.status?.operationId, first.operation?.status?.operationId);
    const other = await rig.conformance(model());
    await assert.rejects(rig.call.proveConformance(other), refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'));

    const [published] = await rig.published(1);
    const second = await rig.call.proveConformance(await rig.conformance(committed, { requestId: 'request-9' }));
    const id = second.operation!.status!.operationId;
    assert.notEqual(id, first.operation?.status?.operationId);
    await rig.until(id, isArchiving);
    await rig.announce(published!.envelope.digest, 'accepted');
    const [one, two] = await Promise.all([rig.finished(first.operation!.status!.operationId), rig.finished(id)]);
    assert.deepEqual(one.proved, two.proved);
    assert.equal(rig.engine.started, 1);

    const third = await rig.call.proveConformance(await rig.conformance(committed, { requestId: 'request-10' }));
    const { status, proved } = await rig.finished(third.operation!.status!.operationId);
    assert.equal(status?.state, SUCCEEDED);
    assert.deepEqual(proved, one.proved);
  });

  test('is proved of the largest model, whose family the statement names', async (t) => {
    const rig = await Rig.start(t);
    const request = await rig.conformance(largestModel());
    assert.ok(request.sealedInputs.length > 262_144);
    await rig.call.proveConformance(request);
    const [published] = await rig.published(1);
    const { predicate } = published!.envelope;
    assert(predicate.type === 'proof' && predicate.circuit === 'conformance-trees');
    const signals = decodeSignals('conformance', predicate.publicSignals)!;
    assert.deepEqual([String(signals.modelCommitment), signals.family], [request.modelCommitment, 3n]);
  });

  test('fails for what the scope does not allow, and for what is not true', async (t) => {
    const rig = await Rig.start(t);
    const failure = async (requestId: string, committed: ReturnType<typeof model>, scope?: string) => {
      const request = await rig.conformance(committed, { requestId, ...(scope && { scope }) });
      const { operation } = await rig.call.proveConformance(request);
      return (await rig.finished(operation!.status!.operationId)).status?.error?.reason;
    };
    assert.equal(await failure('prohibited', model({ readMask: 1n })), 'PROHIBITED_ATTRIBUTE');
    assert.equal(await failure('other-schema', model({ schemaId: 5n })), 'SCHEMA_MISMATCH');
    assert.equal(await failure('no-such-scope', model(), 'acme/none/2025'), 'NOTHING_IN_FORCE');
    // The band's constant is not what the weights imply: no witness.
    const { model: honest, modelSalt } = model();
    assert.equal(await failure('false-band', { model: { ...honest, b0: honest.b0 - 1n }, modelSalt }), 'CLAIM_REFUSED');
  });

  test('refuses what is not sealed to it, or not the committed model', async (t) => {
    const rig = await Rig.start(t);
    const committed = model();
    const stranger = publicSealingKey(await generateSealingKey());
    const sealedElsewhere = await seal(encodeModelOpening(committed), 'conformance', stranger);
    const otherUse = await seal(encodeModelOpening(committed), 'window-sums', rig.publicKey);
    const notAModel = await seal(new TextEncoder().encode('{}'), 'conformance', rig.publicKey);
    for (const sealedInputs of [sealedElsewhere, otherUse, notAModel, Buffer.from('no jwe')]) {
      const request = await rig.conformance(committed, { sealedInputs });
      await assert.rejects(rig.call.proveConformance(request), refusal('INVALID_ARGUMENT', 'SEAL_REFUSED'));
    }
    const other = await rig.conformance(committed, { modelCommitment: OTHER_ELEMENT });
    await assert.rejects(
      rig.call.proveConformance(other),
      refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', 'model_commitment'),
    );
  });

  test('names each field that is wrong', async (t) => {
    const rig = await Rig.start(t);
    const good = await rig.conformance(model());
    const wrong: [string, Partial<typeof good>][] = [
      ['request_id', { requestId: 'short' }],
      ['model_commitment', { modelCommitment: '01' }],
      ['scope', { scope: 'other/loans/2025' }],
      ['scope', { scope: 'acme' }],
      ['model_name', { modelName: 'Upper' }],
      ['model_version', { modelVersion: '' }],
      ['sealed_inputs', { sealedInputs: new Uint8Array() }],
    ];
    for (const [field, change] of wrong) {
      const rejection = refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', field);
      await assert.rejects(rig.call.proveConformance({ ...good, ...change }), rejection, field);
    }
    await assert.rejects(rig.call.getOperation({ operationId: 'none' }), { code: 'NOT_FOUND' });
  });
});

describe('fairness', () => {
  test('is proved over the tally that the verifier computed, under the policy of the intakes', async (t) => {
    const rig = await Rig.start(t);
    const sums = windowSums();
    rig.verifier.setWindow(sums);
    const { operation } = await rig.call.proveFairness(await rig.fairness(sums));
    const [published] = await rig.published(1);
    const { predicate, digest } = published!.envelope;
    assert(predicate.type === 'proof' && predicate.statement === 'fairness');
    assert.deepEqual(predicate.context, { bank: 'acme', scope: 'acme/loans/2025', window: 3, closings: 'all' });
    const signals = decodeSignals('fairness', predicate.publicSignals)!;
    assert.equal(signals.total, 6n);
    assert.equal(signals.fairnessPolicyHash, fairnessPolicy.hash);
    assert.equal(tableCiphertextHash(parseTable(published!.table!)!), signals.tableCiphertextHash);
    assert.deepEqual(rig.verifier.readAt, [17n]);

    await rig.announce(digest, 'accepted', { index: 99 });
    const { proved } = await rig.finished(operation!.status!.operationId);
    const { FAIL, UNUSED } = statement.Verdict;
    // Female: 2 of 3 approved, male 3 of 3; under 40: 3 of 4, others 2 of 2.
    assert.deepEqual(
      proved?.verdicts.map(({ name, verdict }) => [name, verdict]),
      [
        ['sex', FAIL],
        ['age', FAIL],
        ['', UNUSED],
        ['', UNUSED],
      ],
    );
  });

  test('over the closings by persons alone opens their tally and has their number', async (t) => {
    const rig = await Rig.start(t);
    const sums = windowSums();
    const { x, y } = openingTally(sums);
    rig.verifier.setWindow(windowSums(), { manualTally: { x: String(x), y: String(y) } });
    const window = rig.verifier.window!;
    rig.verifier.window = { ...window, state: windows.WindowState.PROVED, totals: { ...window.totals!, manual: 6n } };
    const sealed = encodeTallyOpening({ scope: 'acme/loans/2025', number: 3, manualOnly: true, opening: sums });
    const sealedSums = await seal(sealed, 'window-sums', rig.publicKey);
    await rig.call.proveFairness(await rig.fairness(sums, { manualOnly: true, sealedSums }));
    const [published] = await rig.published(1);
    const { predicate } = published!.envelope;
    assert(predicate.type === 'proof');
    assert.equal(predicate.context.closings, 'manual');
    assert.equal(decodeSignals('fairness', predicate.publicSignals)?.total, 6n);
  });

  test('fails before anything is proved when the sums do not open the tally', async (t) => {
    const rig = await Rig.start(t);
    const sums = windowSums();
    const failure = async (requestId: string, request: Parameters<Rig['fairness']>[1] = {}) => {
      const { operation } = await rig.call.proveFairness(await rig.fairness(sums, { requestId, ...request }));
      return (await rig.finished(operation!.status!.operationId)).status?.error?.reason;
    };
    rig.verifier.setWindow(windowSums());
    assert.equal(await failure('other-tally'), 'TALLY_MISMATCH');
    rig.verifier.setWindow(sums, { totals: undefined });
    assert.equal(await failure('no-totals'), 'TALLY_MISMATCH');
    rig.verifier.setWindow(sums);
    rig.verifier.window = { ...rig.verifier.window!, totals: { ...rig.verifier.window!.totals!, withdrawn: 0n } };
    assert.equal(await failure('other-total'), 'TALLY_MISMATCH');
    rig.verifier.setWindow(sums, { state: windows.WindowState.INCOMPLETE });
    assert.equal(await failure('incomplete'), 'WINDOW_NOT_READY');
    rig.verifier.window = undefined;
    assert.equal(await failure('no-window'), 'WINDOW_UNKNOWN');
    assert.equal(rig.engine.started, 0);
  });

  test('refuses sums of another window', async (t) => {
    const rig = await Rig.start(t);
    const sums = windowSums();
    for (const change of [{ number: 4 }, { manualOnly: true }, { scope: 'acme/cards/2025' }]) {
      const request = await rig.fairness(sums, change);
      const rejection = refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', 'sealed_sums');
      await assert.rejects(rig.call.proveFairness(request), rejection);
    }
    const request = await rig.fairness(sums, { number: 0 });
    await assert.rejects(rig.call.proveFairness(request), refusal('INVALID_ARGUMENT', 'FIELD_VIOLATIONS', 'number'));
  });
});

test('a full queue says when to come again', async (t) => {
  const rig = await Rig.start(t, 0);
  const gate = Promise.withResolvers<void>();
  rig.engine.gate = gate.promise;
  const first = await rig.call.proveConformance(await rig.conformance(model()));
  const more = await rig.conformance(model(), { requestId: 'request-2' });
  const retried = rig.call.proveConformance(more, { deadlineMs: 1_000 });
  await assert.rejects(retried, (error) => error instanceof RpcError && error.retryDelayMs === 5_000);
  gate.resolve();
  await rig.until(first.operation!.status!.operationId, isArchiving);
  assert(await rig.call.proveConformance(more));
});

test('what was queued when it ended is proved after the restart, and nothing secret was left in the clear', async (t) => {
  const rig = await Rig.start(t);
  const committed = model();
  rig.verifier.available = false;
  const { operation } = await rig.call.proveConformance(await rig.conformance(committed));
  const id = operation!.status!.operationId;
  const secrets = [String(CANARY_WEIGHT), String(committed.modelSalt), CANARY_WEIGHT.toString(16)];
  const search = (where: string) => {
    const everything = Buffer.concat([rig.files(), Buffer.from(rig.logLines.join(''))]);
    for (const secret of secrets) assert(!everything.includes(secret), where);
  };
  assert(rig.files().includes(await jweHead(rig)), 'the sealed inputs wait in the file');
  search('while it is queued');
  await rig.stop();
  rig.verifier.available = true;
  await rig.startProver();
  const [published] = await rig.published(1);
  await rig.until(id, isArchiving);
  search('after it was proved');

  // The archive's word comes while the prover is away.
  await rig.stop();
  await rig.announce(published!.envelope.digest, 'accepted');
  await rig.startProver();
  assert.equal((await rig.finished(id)).status?.state, SUCCEEDED);
  assert.equal(rig.engine.started, 1);
  search('at the end');
});

/** How every message begins that is sealed to this key for this use. */
async function jweHead(rig: Rig): Promise<string> {
  const jwe = new TextDecoder().decode(await seal(new Uint8Array(1), 'conformance', rig.publicKey));
  return jwe.slice(0, 20);
}
