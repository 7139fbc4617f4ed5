import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Archive, blobPath, nativeNoteSigner, prunedBlobs } from '@assay/archive';
import { verifyArchive } from '@assay/cli';
import { Section } from '@assay/config';
import { formatTokenRecord, newToken } from '@assay/http';
import { createLogger } from '@assay/telemetry';
import type { Envelope } from '@assay/verify';
import {
  bodies,
  conformance,
  DAY,
  decision,
  intake,
  manualDecision,
  modelRegistration,
  NOON,
  referral,
  registration,
  SCOPE,
  secrets,
  slot,
  trust,
  trustBytes,
  withdrawal,
} from '../../../packages/verify/test/world.ts';
import { Archivist, type ArchivistOptions } from '../src/archivist.ts';
import { HttpFront } from '../src/http/http-front.ts';
import { readRetention, STANDARD_RETENTION } from '../src/retention.ts';
import type { Answers, Problem } from './answers.ts';
import { documented } from './documented.ts';
import { fairnessOver } from './fairness.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-retention-'));
after(() => rmSync(root, { recursive: true }));
const dir = join(root, 'data');
const archiveDir = join(dir, 'archive');
const signer = nativeNoteSigner(trust.log.origin, secrets.log);
const retention = readRetention(
  Section.parse(
    JSON.stringify({
      classes: { applicants: 30, verdicts: 365 },
      kinds: {
        ...{ eligibility: 'applicants', decision: 'applicants', 'manual-decision': 'applicants' },
        ...{ withdrawal: 'applicants', fairness: 'verdicts' },
      },
    }),
  ),
);

let time = NOON;
const open = (changes: Partial<ArchivistOptions> = {}): Promise<Archivist> =>
  Archivist.open({ dir, trust, signer, retention, clock: () => time, ...changes });

/** A proved window of three intakes, and a window that goes on, with one. */
const proved = await fairnessOver([1, 2], 1n);
const [first, second] = [await intake(1), await intake(9)];
{
  const archivist = await open();
  const file = async (envelope: Envelope, table?: Uint8Array): Promise<void> => {
    const filing = await archivist.file(envelope, table && { table });
    assert.equal(filing.result === 'archived' && filing.entry.kind !== 'rejected', true, JSON.stringify(filing));
  };
  for (const [kind, body] of Object.entries(bodies)) await file(await registration(kind, body));
  const shown = await conformance();
  await file(shown);
  await file(await modelRegistration(shown));
  await file(await slot(1, NOON, NOON + 1000));
  await file(await slot(2, NOON + 1000, NOON + 100 * DAY));
  for (const envelope of [first, await intake(2), await intake(3)]) await file(envelope);
  for (const envelope of [await decision(1), await referral(2), await withdrawal(3)]) await file(envelope);
  time = NOON + 2000;
  await file(second);
  await file(await manualDecision(2));
  await file(proved.envelope, proved.table);
  await archivist.close();
}
const whole = await verifyArchive(archiveDir, trust);

/** Opens the archive at a time, with what has to be pruned, and closes it. @returns digests of what is listed as removed */
async function pruneAt(when: number): Promise<ReadonlySet<string>> {
  time = when;
  const archivist = await open({ pruneAtStart: true });
  await archivist.close();
  return new Set((await prunedBlobs(archiveDir, trust.log.verifierKey)).keys());
}

test('ten years are the standard; classes and kinds are read strictly', () => {
  assert.ok(Object.values(STANDARD_RETENTION).every(({ name, days }) => name === 'standard' && days === 3653));
  const read = (value: object) => readRetention(Section.parse(JSON.stringify(value)));
  assert.deepEqual(read({}), STANDARD_RETENTION);
  assert.equal(read({ classes: { standard: 20 } }).decision.days, 20);
  for (const wrong of [
    { kinds: { eligibility: 'short' } },
    { kinds: { registration: 'standard' } },
    { kinds: { conformance: 'standard' } },
    { classes: { unused: 10 } },
    { classes: { standard: 0 } },
    { classes: { standard: 40_000 } },
  ]) {
    assert.throws(() => read(wrong), { code: 'CONFIG_MEMBER' }, JSON.stringify(wrong));
  }
});

test('nothing goes before the last of a window has ended its retention', async () => {
  assert.equal(whole.retention.prunedBlobs, 0);
  // The manual decision came two seconds after the rest.
  assert.deepEqual([...(await pruneAt(NOON + 30 * DAY + 1000))], []);
  assert.deepEqual((await verifyArchive(archiveDir, trust)).windows, whole.windows);
});

test("a window's envelopes go together; the log, the tree and what is kept still verify", async () => {
  const removed = await pruneAt(NOON + 31 * DAY);
  assert.equal(removed.size, 7);
  assert.ok(removed.has(first.digest) && !removed.has(second.digest) && !removed.has(proved.envelope.digest));
  const report = await verifyArchive(archiveDir, trust);
  assert.equal(report.size, whole.size);
  assert.deepEqual(report.entries, whole.entries);
  assert.deepEqual(report.retention, { prunedBlobs: 7, shortestDays: 30, uncheckedEntries: 7, unsummedFairness: 1 });
  assert.equal(report.windows[0]?.state, 'PRUNED');
  // Again: nothing is listed twice.
  assert.equal((await pruneAt(NOON + 32 * DAY)).size, 7);
  assert.deepEqual(readdirSync(join(archiveDir, 'pruned')), ['000001']);
});

test('the read API shows retention, and says of what is gone that it went lawfully', async () => {
  time = NOON + 40 * DAY;
  const archivist = await open();
  const { token, record } = newToken('examiner', Date.now() + DAY);
  writeFileSync(join(root, 'tokens'), formatTokenRecord(record));
  const rate = { perSecond: 1000, burst: 1000 };
  const front = new HttpFront({
    config: {
      listen: '127.0.0.1:0',
      tokensFile: join(root, 'tokens'),
      security: { kind: 'insecure-loopback' },
      rate: { address: rate, examiner: rate },
      origins: [],
      maxEventStreams: 1,
    },
    archivist,
    logger: createLogger('verifier', { write: () => undefined }),
    trustFile: trustBytes,
    pendingDeadlineMs: DAY,
  });
  const address = await front.listen();
  const ask = async (operation: keyof Answers, path: string) => {
    const response = await fetch(`http://${address}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: await documented(operation, response) };
  };
  const get = async <Id extends keyof Answers>(operation: Id, path: string) => {
    const { status, body } = await ask(operation, path);
    assert.equal(status, 200);
    return body as Answers[Id];
  };
  try {
    const gone = await get('getStatement', `/v1/statements/${first.digest}`);
    assert.equal(gone.envelopeKept, false);
    assert.equal(gone.subject, undefined);
    assert.deepEqual(gone.retention, {
      class: 'applicants',
      until: new Date(NOON + 30 * DAY).toISOString(),
      prunedAt: new Date(NOON + 31 * DAY).toISOString(),
    });
    const kept = await get('getStatement', `/v1/statements/${second.digest}`);
    assert.equal(kept.retention?.until, new Date(NOON + 2000 + 30 * DAY).toISOString());
    const [model] = (await get('listRegistrations', '/v1/registrations?kind=model')).registrations;
    const registered = await get('getStatement', model!.links.statement);
    assert.deepEqual(registered.retention, { class: 'permanent' });
    for (const [operation, path] of [
      ['getEnvelope', `/v1/statements/${first.digest}/envelope`],
      ['getBlob', `/blob/sha256/${first.digest}`],
    ] as const) {
      const { status, body } = await ask(operation, path);
      assert.equal(status, 410);
      assert.equal((body as Problem).type, 'urn:assay:problem:pruned');
    }
    await get('getReceipt', `/v1/statements/${first.digest}/receipt`);
    const window = await get('getWindow', `/v1/windows/${SCOPE}/1`);
    assert.equal(window.state, 'pruned');
    assert.equal(window.fairness[0]?.verdicts[0]?.verdict, 'PASS');
    assert.deepEqual((await get('listFindings', '/v1/findings?code=SLOT_EMPTY')).findings, []);
    const archive = await get('getArchive', '/v1/archive');
    assert.equal(archive.pruned, 7);
    assert.deepEqual(archive.retention?.[0], { kind: 'eligibility', class: 'applicants', days: 30 });
  } finally {
    await front.drain(1000);
    await archivist.close();
  }
});

test('an index that is built anew knows of what is gone what the old one knows', async () => {
  const rows = async (): Promise<unknown> => {
    const archivist = await open();
    const all = archivist.index.db.prepare('SELECT * FROM entries ORDER BY leaf').all();
    await archivist.close();
    return all;
  };
  const before = await rows();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `index.sqlite${suffix}`), { force: true });
  assert.deepEqual(await rows(), before);
});

test('an intake that is removed with a window in which it was not admitted is found', async () => {
  const copy = join(root, 'copy');
  cpSync(archiveDir, copy, { recursive: true });
  const archive = await Archive.open(copy, { origin: trust.log.origin, signer });
  const until = NOON + 40 * DAY;
  const index = archive.size - 3; // Before the manual decision and the fairness statement.
  const blob = { index, digest: second.digest, retentionClass: 'applicants', until, scope: SCOPE, window: 1 };
  await archive.prune({ prunedAt: until, blobs: [blob] });
  await archive.close();
  await assert.rejects(verifyArchive(copy, trust), { code: 'pruning', message: /^entry \d+: .* it was not admitted$/ });
});

test('a blob that no record lists is missing, and a window goes wholly or not at all', async () => {
  const path = join(archiveDir, blobPath(Buffer.from(second.digest, 'hex')));
  const bytes = readFileSync(path);
  rmSync(path);
  await assert.rejects(verifyArchive(archiveDir, trust), { code: 'CHECK_FAILED', message: /is not there/ });
  writeFileSync(path, bytes);
  const archive = await Archive.open(archiveDir, { origin: trust.log.origin, signer });
  const early = { index: 15, digest: second.digest, retentionClass: 'applicants', scope: SCOPE, window: 2 };
  const record = { prunedAt: NOON + DAY, blobs: [{ ...early, until: NOON + 2 * DAY }] };
  await assert.rejects(archive.prune(record), { code: 'pruning-refused' });
  await archive.close();
  const verdicts = await pruneAt(NOON + 366 * DAY);
  assert.ok(verdicts.has(proved.envelope.digest));
  const report = await verifyArchive(archiveDir, trust);
  assert.equal(report.retention.unsummedFairness, 0);
  assert.equal(report.retention.prunedBlobs, verdicts.size);
});

test('a fairness statement about a window whose envelopes were removed is refused', async () => {
  const archivist = await open();
  const { envelope, table } = await fairnessOver([1], 1n);
  const filing = await archivist.file(envelope, { table });
  await archivist.close();
  assert.deepEqual(filing.result === 'archived' && [filing.entry.kind, filing.entry.reason], [
    'rejected',
    'WINDOW_PRUNED',
  ]);
  assert.equal((await verifyArchive(archiveDir, trust)).size, whole.size + 1);
});
