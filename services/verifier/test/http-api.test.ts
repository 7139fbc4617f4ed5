import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sumPoints } from '@assay/field';
import {
  leafHash,
  parseVerifierKey,
  rootFromTiles,
  type Tile,
  tilePath,
  verifyConsistency,
  verifyTlogProof,
} from '@assay/tlog';
import { parseEnvelope } from '@assay/verify';
import {
  BANK,
  commitmentOf,
  DAY,
  decision,
  intake,
  MODEL,
  manualDecision,
  referral,
  registration,
  SCOPE,
  slot,
  tallyOf,
  trust,
  withdrawal,
} from '../../../packages/verify/test/world.ts';
import type { Answers, Problem } from './answers.ts';
import { Deployment } from './deployment.ts';
import { documented, unseen } from './documented.ts';
import { fairnessOver } from './fairness.ts';

const today = { asOf: BigInt(Math.floor(Date.now() / DAY)) };
const deployment = await Deployment.ready();
after(() => deployment[Symbol.asyncDispose]());

async function get<Id extends keyof Answers>(operationId: Id, path: string): Promise<Answers[Id]> {
  const response = await deployment.fetch(path);
  const body = await documented(operationId, response);
  assert.equal(response.status, 200, JSON.stringify(body));
  return body as Answers[Id];
}

/** A proved window of three intakes, a window that is over with one open, and one that goes on with nobody in it. */
const [from, to] = [Date.now() - 1000, Date.now() + 2500];
const { call } = deployment.registry();
await call.submitRegistration({ envelope: (await slot(1, from, to)).bytes });
for (const n of [1, 2, 3]) await deployment.publish(await intake(n, today));
const [plain, referred] = [await decision(1), await referral(2)];
await deployment.publish(plain);
await deployment.publish(referred);
await deployment.event(referred, 'accepted');
await deployment.publish(await manualDecision(2));
await deployment.publish(await withdrawal(3));
const fair = await fairnessOver([1, 2], 2n);
await deployment.publish(fair.envelope, fair.table);
const rejected = await decision(1, { outcomeCommitment: 99n });
await deployment.publish(rejected);
const repeated = await intake(1, { ...today, applicantCommitment: 77n, credentialNullifier: 78n });
await deployment.publish(repeated);
const waiting = await decision(50);
await deployment.publish(waiting);
await deployment.event(waiting, 'pending');
await deployment.event(fair.envelope, 'accepted');
await deployment.publish(await intake(4, today));
const last = await intake(5, today);
await deployment.publish(last);
await deployment.event(last, 'accepted');
const end = Date.now() + 1;
await call.submitRegistration({ envelope: (await slot(2, to, end)).bytes });
await call.submitRegistration({ envelope: (await slot(3, end, end + DAY)).bytes });

const scoped = `scope=${encodeURIComponent(SCOPE)}`;
const list = (query: string) => get('listStatements', `/v1/statements?${query}`);

test('statements are listed newest first, what waits before them, a page at a time', async () => {
  const { treeSize } = await get('getArchive', '/v1/archive');
  const first = await list('limit=3');
  assert.equal(first.statements[0]?.result, 'pending');
  assert.equal(first.statements[0]?.code, 'INTAKE_MISSING');
  const seen = first.statements.slice(1).map((one) => one.index);
  for (let cursor = first.nextCursor; cursor !== undefined; ) {
    const page = await list(`limit=3&cursor=${cursor}`);
    seen.push(...page.statements.map((one) => one.index));
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: treeSize }, (_, i) => treeSize - 1 - i),
  );
});

test('filters narrow the list, each by itself and together', async () => {
  const kinds = async (query: string) => (await list(query)).statements.map((one) => one.kind ?? one.result);
  assert.deepEqual(await kinds('kind=fairness&kind=withdrawal'), ['fairness', 'withdrawal']);
  assert.deepEqual(await kinds(`kind=manual-decision&bank=${BANK}&${scoped}`), ['manual-decision']);
  assert.deepEqual(await kinds('kind=manual-decision&bank=other'), []);
  assert.deepEqual(await kinds('verdict=FAIL&verdict=PASS'), ['fairness']);
  assert.deepEqual(await kinds('verdict=PASS'), []);
  assert.deepEqual(await kinds('result=rejected'), ['eligibility', 'decision']);
  assert.deepEqual(await kinds('code=DUPLICATE_NULLIFIER'), ['eligibility']);
  assert.deepEqual(await kinds('result=pending'), ['decision']);
  assert.deepEqual(await kinds(`subject=${commitmentOf(2)}`), ['manual-decision', 'decision', 'eligibility']);
  assert.deepEqual(await kinds(`model=${MODEL}`), ['decision', 'decision', 'registration', 'conformance']);
  const ofSlot = [
    'fairness',
    'withdrawal',
    'manual-decision',
    'decision',
    'decision',
    'eligibility',
    'eligibility',
    'eligibility',
  ];
  assert.deepEqual((await kinds(`${scoped}&slot=1`)).sort(), ofSlot.toSorted());
  assert.deepEqual((await kinds(`${scoped}&window=1`)).sort(), ofSlot.toSorted());
  assert.deepEqual(await kinds(`${scoped}&slot=2`), ['eligibility', 'eligibility']);
  assert.deepEqual(await kinds(`${scoped}&window=9`), []);
  assert.deepEqual(await kinds(`kind=eligibility&result=accepted&receivedFrom=${new Date(to).toISOString()}`), [
    'eligibility',
    'eligibility',
  ]);
  assert.equal(
    (await kinds(`kind=eligibility&result=accepted&receivedBefore=${new Date(to).toISOString()}`)).length,
    3,
  );
  assert.deepEqual(await kinds('receivedFrom=2999-01-01T00:00:00Z'), []);
});

test('a statement comes with its envelope decoded, its checks, its intake, and a receipt that holds', async () => {
  const { statements } = await list('kind=fairness');
  const { index, digest, verdicts } = statements[0]!;
  assert.deepEqual(verdicts, [{ partition: 0, name: 'age', verdict: 'FAIL' }]);
  const detail = await get('getStatement', `/v1/statements/${digest}`);
  assert.deepEqual(await get('getStatement', `/v1/statements/${index}`), detail);
  assert.ok(detail.checks.every(({ outcome }) => outcome === 'passed'));
  assert.deepEqual(detail.envelope?.publicSignals?.[2], { name: 'total', value: '2' });
  const envelope = await deployment.fetch(detail.links.envelope!);
  assert.equal(parseEnvelope(new Uint8Array(await envelope.clone().arrayBuffer())).digest, digest);
  await documented('getEnvelope', envelope);
  const table = await get('getTable', detail.links.table!);
  assert.deepEqual(table, JSON.parse(Buffer.from(fair.table).toString()));
  const receipt = await get('getReceipt', detail.links.receipt!);
  const logKeys = [parseVerifierKey(trust.log.verifierKey)];
  const verified = verifyTlogProof(Buffer.from(receipt), leafHash(Buffer.from(detail.leaf!, 'base64')), {
    origin: trust.log.origin,
    logKeys,
  });
  assert.equal(verified.index, index);

  const closed = await get('getStatement', `/v1/statements/${referred.digest}`);
  assert.equal(closed.intake?.ending, 'manual-decision');
  assert.equal(closed.intake?.referralIndex, closed.index);
  assert.equal(closed.slot, 1);
  assert.equal(closed.model, String(MODEL));
  const refused = await get('getStatement', `/v1/statements/${rejected.digest}`);
  assert.deepEqual(refused.checks.at(-1), { name: 'slot', outcome: 'failed', code: 'INTAKE_CLOSED' });
  assert.equal(refused.envelope, undefined);
  const pending = await get('getStatement', `/v1/statements/${waiting.digest}`);
  assert.deepEqual(pending.checks.at(-1), { name: 'slot', outcome: 'waits', code: 'INTAKE_MISSING' });
  for (const [operation, path] of [
    ['getEnvelope', `/v1/statements/${rejected.digest}/envelope`],
    ['getTable', `/v1/statements/${plain.digest}/table`],
    ['getReceipt', `/v1/statements/${waiting.digest}/receipt`],
    ['getStatement', '/v1/statements/9999999'],
    ['getStatement', `/v1/statements/${'0'.repeat(64)}`],
  ] as const) {
    const missing = await deployment.fetch(path);
    await documented(operation, missing);
    assert.equal(missing.status, 404, path);
  }
});

test('windows show their state, shares and verdicts; their intakes what ended them', async () => {
  const all = await get('listWindows', '/v1/windows');
  assert.deepEqual(
    all.windows.map(({ number, state }) => [number, state]),
    [
      [3, 'open'],
      [2, 'incomplete'],
      [1, 'proved'],
    ],
  );
  const states = async (query: string) =>
    (await get('listWindows', `/v1/windows?${query}`)).windows.map(({ number }) => number);
  assert.deepEqual(await states(`state=proved&state=open&${scoped}`), [3, 1]);
  assert.deepEqual(await states('state=overdue'), []);
  assert.deepEqual(await states('bank=other'), []);
  const window = await get('getWindow', `/v1/windows/${SCOPE}/1`);
  assert.deepEqual(window.totals, { intakes: 3, open: 0, closed: 3, referred: 1, manual: 1, withdrawn: 1 });
  assert.deepEqual(window.referrals, { count: 1, of: 3, ceilingPermille: 500, over: false });
  assert.equal(window.fairness[0]?.verdicts[0]?.verdict, 'FAIL');
  const { x, y } = sumPoints([1, 2].map(tallyOf));
  assert.deepEqual(window.tally, { x: String(x), y: String(y) });
  const { closings } = await get('listClosings', window.links.closings);
  assert.deepEqual(
    closings.map(({ ending }) => ending),
    ['decision', 'manual-decision', 'withdrawal'],
  );
  const open = await get('listClosings', `/v1/windows/${SCOPE}/2/closings?ending=open&limit=1`);
  assert.equal(open.closings.length, 1);
  assert.ok(open.nextCursor);
  assert.equal((await deployment.fetch(`/v1/windows/${SCOPE}/9`)).status, 404);
});

test('findings name what was left undone or refused, with links that lead there', async () => {
  const { counts, findings } = await get('listFindings', '/v1/findings');
  assert.deepEqual(counts, { WINDOW_INCOMPLETE: 1, DUPLICATE_NULLIFIER: 1, REJECTED: 1 });
  for (const { links } of findings) {
    const [[kind, path]] = Object.entries(links) as [[string, string]];
    await get(kind === 'window' ? 'getWindow' : 'getStatement', path);
  }
  const chosen = await get('listFindings', `/v1/findings?code=REJECTED&bank=${BANK}`);
  assert.deepEqual(
    chosen.findings.map(({ reason }) => reason),
    ['INTAKE_CLOSED'],
  );
});

test('registrations have a history, and an index has what was in force at it', async () => {
  const { registrations } = await get('listRegistrations', `/v1/registrations?kind=model&kind=scope&${scoped}`);
  assert.deepEqual(
    registrations.map(({ kind, inForce }) => [kind, inForce]),
    [
      ['model', true],
      ['scope', true],
    ],
  );
  const one = await get('getRegistration', registrations[0]!.links.self);
  assert.deepEqual(one, registrations[0]);
  const now = await get('getInForce', `/v1/in-force?${scoped}`);
  assert.equal(now.registrations.length, 9);
  const before = await get('getInForce', `/v1/in-force?${scoped}&at=${one.index}`);
  assert.ok(before.registrations.every(({ kind }) => kind !== 'model'));
  for (const query of ['scope=a/b/c', `${scoped}&at=1`, `${scoped}&at=999999`]) {
    assert.equal((await deployment.fetch(`/v1/in-force?${query}`)).status, 404);
  }
  assert.equal((await deployment.fetch(`/v1/registrations/${plain.digest}`)).status, 404);
  const root = await registration('screening-root', { root: '555' });
  await assert.rejects(call.submitRegistration({ envelope: root.bytes }), { reason: 'REGISTRATION_OUTDATED' });
});

test('the archive says what it is, and proves that it only grew', async () => {
  const archive = await get('getArchive', '/v1/archive');
  assert.equal(archive.verifierKey, trust.log.verifierKey);
  assert.equal(archive.pending, 1);
  assert.deepEqual(archive.scopes, [SCOPE]);
  assert.ok(archive.signatures.some(({ byLog }) => byLog));
  const served = await get('getTrust', '/v1/trust');
  assert.deepEqual(served.log, { ...trust.log });
  const { from: oldSize, to: newSize, hashes } = await get('getConsistencyProof', '/v1/consistency?from=5');
  assert.equal(newSize, archive.treeSize);
  const proof = hashes.map((hash: string) => new Uint8Array(Buffer.from(hash, 'base64')));
  const newRoot = new Uint8Array(Buffer.from(archive.rootHash, 'base64'));
  const readTile = async (tile: Tile) => {
    const response = await deployment.fetch(`/${tilePath(tile)}`, { token: null });
    return new Uint8Array(await response.arrayBuffer());
  };
  const oldRoot = await rootFromTiles(oldSize, { readTile }, newSize);
  verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof });
  assert.throws(() => verifyConsistency({ oldSize, newSize, oldRoot: newRoot, newRoot, proof }));
  const beyond = await deployment.fetch('/v1/consistency?from=5&to=100000');
  assert.equal(beyond.status, 400);
  await documented('getConsistencyProof', beyond);
});

test('any envelope is checked, and the failed check is named', async () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    // A condition, which is none of a POST.
    deployment.fetch('/v1/verify', { method: 'POST', body, headers: { 'content-type': type, 'if-none-match': '*' } });
  const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const verified = async (response: Response) =>
    (await documented('verifyEnvelope', response)) as Answers['verifyEnvelope'];
  const verify = async (body: object) => verified(await post(JSON.stringify(body)));
  const good = await verify({ envelope: encode(fair.envelope.bytes), table: encode(fair.table) });
  assert.ok(good.valid);
  assert.equal(good.kind, 'fairness');
  assert.equal(typeof good.archived, 'number');
  const other = await verify({ envelope: encode(fair.envelope.bytes), table: encode(Buffer.from('{}')) });
  assert.equal(other.checks.at(-1)?.code, 'TABLE_MISMATCH');
  const raw = await post(plain.bytes as Uint8Array<ArrayBuffer>, 'application/vnd.assay.envelope.v1+json');
  assert.ok((await verified(raw)).valid);
  for (const [body, type, status, field] of [
    ['{', 'application/json', 400, 'body'],
    ['{}', 'application/json', 400, 'body.envelope'],
    ['{"envelope":"AAAA","more":1}', 'application/json', 400, 'body.more'],
    ['{"envelope":"?"}', 'application/json', 400, 'body.envelope'],
    ['{"envelope":"AAAA"}', 'application/json', 400, 'body.envelope'],
    ['{}', 'text/plain', 415, undefined],
    [`"${'x'.repeat(1_000_000)}"`, 'application/json', 413, undefined],
  ] as const) {
    const response = await post(body, type);
    const problem = (await documented('verifyEnvelope', response)) as Problem;
    assert.equal(response.status, status);
    assert.equal(problem.violations?.[0]?.field, field);
  }
});

test('parameters that are wrong are named with their limits, and nothing of their values', async () => {
  for (const [operation, path, field] of [
    ['listStatements', '/v1/statements?limit=201', 'query.limit'],
    ['listStatements', '/v1/statements?limit=1.5', 'query.limit'],
    ['listStatements', '/v1/statements?kind=secret-51234', 'query.kind.0'],
    ['listStatements', '/v1/statements?cursor=secret-51234', 'query.cursor'],
    ['listStatements', '/v1/statements?slot=1', 'query.slot'],
    ['listStatements', `/v1/statements?slot=1&window=1&${scoped}`, 'query.window'],
    ['listStatements', '/v1/statements?receivedFrom=secret-51234', 'query.receivedFrom'],
    ['listStatements', '/v1/statements?limit=1&limit=2', 'query.limit'],
    ['listStatements', '/v1/statements?secret=51234', 'query.secret'],
    ['getStatement', '/v1/statements/secret-51234', 'path.name'],
    ['getInForce', '/v1/in-force', 'query.scope'],
    ['getConsistencyProof', '/v1/consistency?from=-1', 'query.from'],
  ] as const) {
    const response = await deployment.fetch(path);
    const problem = (await documented(operation, response)) as Problem;
    assert.equal(response.status, 400, path);
    assert.equal(problem.violations?.[0]?.field, field, path);
    assert.ok(!JSON.stringify(problem).includes('51234'), path);
  }
});

test('without a token, or with one that is none, nothing but the log and its keys is served', async () => {
  for (const token of [null, 'assay_guess']) {
    const response = await deployment.fetch('/v1/archive', { token });
    await documented('getArchive', response);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="assay"');
  }
  assert.equal((await deployment.fetch('/v1/trust', { token: null })).status, 200);
  const envelope = `/v1/statements/${plain.digest}/envelope`;
  const conditional = await deployment.fetch(envelope);
  const known = { 'if-none-match': conditional.headers.get('etag')! };
  assert.equal((await deployment.fetch(envelope, { headers: known })).status, 304);
  assert.equal((await deployment.fetch(envelope, { headers: known, token: null })).status, 401);
  assert.ok(!deployment.service.output().includes(deployment.token));
});

test('every operation of the contract was seen to answer as it says', async () => {
  await get('getCheckpoint', '/checkpoint');
  await get('getTile', '/tile/0/000.p/1');
  await get('getBlob', `/blob/sha256/${plain.digest}`);
  await get('getOpenApi', '/openapi.json');
  const events = await deployment.fetch('/v1/events');
  assert.equal(events.headers.get('content-type'), 'text/event-stream');
  await events.body?.cancel();
  unseen.delete('streamEvents');
  assert.deepEqual([...unseen], []);
});
