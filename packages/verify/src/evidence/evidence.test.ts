import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sumPoints } from '@assay/field';
import { type Groth16Verifier, nobleVerifier } from '@assay/groth16/verifier';
import { ed25519NoteSigner, multiProof } from '@assay/tlog';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { Bench } from '../../test/bench.ts';
import { fairness } from '../../test/fairness.ts';
import { logged } from '../../test/logged.ts';
import { twoWindows } from '../../test/two-windows.ts';
import {
  decision,
  intake,
  NOON,
  ORIGIN,
  registration,
  SCOPE,
  secrets,
  slot,
  tallyOf,
  trust,
  withdrawal,
} from '../../test/world.ts';
import { decodeEntry, encodeEntry } from '../entry.ts';
import { type PrunedBlob, signPruning } from '../pruning.ts';
import { collectEvidence } from './collect-evidence.ts';
import { type Evidence, type EvidenceEntry, formatEvidence, parseEvidence } from './evidence.ts';
import { verifyEvidence } from './verify-evidence.ts';

const { bench, second, all, manual } = await twoWindows();
const source = await logged(bench);
const of = (window: number, wholeScope = false) => collectEvidence(source, trust, { scope: SCOPE, window, wholeScope });
const evidence = await of(2);
const bytesOf = (one: Evidence): Uint8Array => concatBytes(...formatEvidence(one));
const check = (one: Evidence, seen: readonly Uint8Array[] = []) => verifyEvidence(bytesOf(one), trust, { seen });

describe('a bundle of a proved window', () => {
  test('holds the range whole, from the entry before the window to its last fairness statement', () => {
    assert.equal(evidence.from, second - 1);
    assert.equal(evidence.to, manual + 1);
    const range = evidence.entries.filter(({ index }) => index >= evidence.from);
    assert.deepEqual(
      range.map(({ index }) => index),
      Array.from({ length: evidence.to - evidence.from }, (_, i) => evidence.from + i),
    );
    const before = evidence.entries.filter(({ index }) => index < evidence.from).map(({ leaf }) => decodeEntry(leaf));
    assert.deepEqual(
      new Set(before.map(({ kind, statement }) => statement ?? kind)),
      new Set(['registration', 'conformance']),
    );
  });

  test('is checked offline, and the window is added up again', async () => {
    const report = await check(evidence);
    assert.equal(report.state, 'PROVED');
    assert.deepEqual(report.counts, { intakes: 4, open: 0, referred: 1, manual: 1, withdrawn: 1 });
    const sum = sumPoints([tallyOf(3), tallyOf(4), tallyOf(6)]);
    assert.deepEqual([report.total, ...(report.tally ?? [])], [3, String(sum.x), String(sum.y)]);
    assert.deepEqual(report.fairness, [
      { index: all, closings: 'all', verdicts: { age: 'PASS' } },
      { index: manual, closings: 'manual', verdicts: { age: 'PASS' } },
    ]);
    assert.deepEqual(report.leftOut, { otherBanks: 1, otherScopes: 1, earlier: 3, rejected: 1 });
    assert.match(report.established.join('\n'), /opens the sum of all closings/);
    assert.match(report.assumptions.join('\n'), /INSECURE/);
    assert.match(report.notEstablished.join('\n'), new RegExp(`was used before entry ${second - 1}`));
  });

  test('of the whole scope shows what no range of one window can', async () => {
    const whole = await of(2, true);
    const report = await check(whole);
    assert.ok(report.wholeScope);
    assert.equal(report.leftOut.earlier, 0);
    assert.equal(report.counts?.intakes, 4);
    assert.match(report.established.join('\n'), /used twice in the scope/);
    assert.doesNotMatch(report.notEstablished.join('\n'), /was used before entry/);
  });

  test('of the first window begins with the scope, and ends where its statement is', async () => {
    const first = await of(1);
    const report = await check(first);
    assert.deepEqual([report.counts?.intakes, report.fairness.length, report.wholeScope], [2, 1, true]);
    assert.ok(first.to < evidence.to);
  });

  test('has the same bytes whoever makes it, and is read back', async () => {
    assert.deepEqual(bytesOf(await of(2)), bytesOf(evidence));
    assert.deepEqual(bytesOf(parseEvidence(bytesOf(evidence))), bytesOf(evidence));
  });

  test('has its proofs verified in batches, by whatever is given', async () => {
    const batches: number[] = [];
    const verifier: Groth16Verifier = {
      ...nobleVerifier,
      verifyBatch(claims, options) {
        batches.push(claims.length);
        return nobleVerifier.verifyBatch(claims, options);
      },
    };
    const { proofs } = await verifyEvidence(bytesOf(evidence), trust, { verifier });
    assert.equal(
      batches.reduce((sum, count) => sum + count, 0),
      proofs,
    );
  });
});

describe('a bundle of a window without a verdict', () => {
  const story = async (last: (bench: Bench) => Promise<unknown>) => {
    const short = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
    for (const n of [1, 2]) await short.accept(intake(n));
    await short.accept(decision(1));
    await last(short);
    short.now = NOON + 5_000_000;
    await short.accept(registration('bank-key', { bank: 'other', publicKey: btoa('k'.repeat(32)) }));
    return collectEvidence(await logged(short), trust, { scope: SCOPE, window: 1 });
  };

  test('reaches to the end of the log, and shows who is open and overdue', async () => {
    const report = await check(await story(async () => undefined));
    assert.equal(report.state, 'INCOMPLETE');
    assert.deepEqual(
      report.findings.map(({ code }) => code),
      ['INTAKE_OVERDUE', 'WINDOW_INCOMPLETE'],
    );
  });

  test('is refused where it ends before the log does', async () => {
    const ready = await story((short) => short.accept(withdrawal(2)));
    assert.equal((await check(ready)).state, 'READY');
    const to = ready.to - 1;
    await assert.rejects(check({ ...ready, to, entries: ready.entries.slice(0, -1) }), { code: 'evidence' });
  });
});

const at = (index: number): number => evidence.entries.findIndex((entry) => entry.index === index);
const withEntry = (index: number, changes: Partial<EvidenceEntry>): Evidence => ({
  ...evidence,
  entries: evidence.entries.with(at(index), { ...evidence.entries[at(index)]!, ...changes }),
});
const INTAKE = evidence.entries.findLast(({ leaf }) => decodeEntry(leaf).statement === 'eligibility')!.index;
const entryAt = (index: number): EvidenceEntry => evidence.entries[at(index)]!;
const without = (index: number, name: 'envelope' | 'table'): Evidence => {
  const { [name]: _, ...rest } = entryAt(index);
  return { ...evidence, entries: evidence.entries.with(at(index), rest) };
};

const TAMPERED: Readonly<Record<string, () => Evidence | Promise<Evidence>>> = {
  'an envelope left out': () => without(INTAKE, 'envelope'),
  'an envelope replaced by another of the log': () => withEntry(INTAKE, { envelope: entryAt(second).envelope! }),
  'an envelope that was never logged': async () => withEntry(INTAKE, { envelope: (await intake(77)).bytes }),
  'a table left out': () => without(all, 'table'),
  'a table replaced': () => withEntry(all, { table: utf8ToBytes('{"E":["0","1"],"ct":[]}') }),
  'an entry left out': () => ({ ...evidence, entries: evidence.entries.toSpliced(at(INTAKE), 1) }),
  'an entry left out, and the range cut there': () => ({
    ...evidence,
    to: manual,
    entries: evidence.entries.slice(0, -1),
  }),
  "two entries in each other's place": () => {
    const [one, other] = [entryAt(INTAKE), entryAt(second)];
    const swapped = evidence.entries
      .with(at(INTAKE), { ...other, index: INTAKE })
      .with(at(second), { ...one, index: second });
    return { ...evidence, entries: swapped };
  },
  'two lines the other way round': () => ({
    ...evidence,
    entries: evidence.entries.with(at(INTAKE), entryAt(INTAKE - 1)).with(at(INTAKE - 1), entryAt(INTAKE)),
  }),
  'a leaf changed': () =>
    withEntry(INTAKE, { leaf: encodeEntry({ ...decodeEntry(entryAt(INTAKE).leaf), receivedAt: NOON + 1501 }) }),
  'an envelope beside a leaf that has none': () =>
    withEntry(evidence.entries.find(({ envelope }) => envelope === undefined)!.index, {
      envelope: entryAt(INTAKE).envelope!,
    }),
  'a registration left out': () => ({ ...evidence, entries: evidence.entries.slice(1) }),
  'a checkpoint with another size': () => ({
    ...evidence,
    checkpoint: utf8ToBytes(new TextDecoder().decode(evidence.checkpoint).replace(/\n\d+\n/, '\n9\n')),
  }),
  'a hash of the proof changed': () => ({ ...evidence, proof: evidence.proof.with(0, new Uint8Array(32)) }),
  'another verification key': () => ({
    ...evidence,
    verificationKeys: { ...evidence.verificationKeys, fairness: evidence.verificationKeys.eligibility },
  }),
  'a verification key that is none': () => ({ ...evidence, verificationKeys: { fairness: {} } }),
  'another window': () => ({ ...evidence, window: 3 }),
  'another scope': () => ({ ...evidence, scope: 'acme/consumer/2026q2' }),
};

for (const [what, make] of Object.entries(TAMPERED)) {
  test(`a bundle that was tampered with is refused: ${what}`, async () => {
    const tampered = await make();
    assert.notDeepEqual(bytesOf(tampered), bytesOf(evidence));
    await assert.rejects(check(tampered), (error: Error & { code: string }) => {
      assert.ok(['evidence', 'archive', 'head'].includes(error.code), error.stack);
      return true;
    });
  });
}

test('a range that begins within the window is refused, though everything in it fits the log', async () => {
  const late = { ...evidence, from: INTAKE };
  const entries = evidence.entries.filter(
    ({ index, leaf }) => index >= late.from || ['registration', 'conformance'].includes(kindOf(leaf)),
  );
  const indices = entries.map(({ index }) => index);
  const proof = await multiProof(indices, source.checkpoint().size, source);
  await assert.rejects(check({ ...late, entries, proof }), { name: 'VerifyError' });
});

function kindOf(leaf: Uint8Array): string {
  const { kind, statement } = decodeEntry(leaf);
  return statement ?? kind;
}

test('statements that the rules forbid are refused though they were logged: a verdict over a sum that lacks a closing', async () => {
  const wrong = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
  for (const n of [1, 2, 3]) await wrong.accept(intake(n));
  for (const n of [1, 2, 3]) await wrong.accept(decision(n));
  wrong.now = NOON + 1000;
  const { envelope, table } = await fairness(1, 3, sumPoints([tallyOf(1), tallyOf(2)]));
  wrong.append(envelope, table);
  const collected = await collectEvidence(await logged(wrong), trust, { scope: SCOPE, window: 1 });
  await assert.rejects(check(collected), { code: 'archive', message: /TALLY_MISMATCH$/ });
});

test('a fork is found: two trees of one size, both signed', async () => {
  const other = await logged({ leaves: bench.leaves.with(-1, bench.leaves[0]!), blobs: bench.blobs });
  await assert.rejects(check(evidence, [other.checkpoint().note]), { code: 'evidence', message: /forked/ });
  const own = source.checkpoint().note;
  assert.doesNotMatch((await check(evidence, [own])).notEstablished.join('\n'), /this tree to everybody/);
  const smaller = await logged({ leaves: bench.leaves.slice(0, 9), blobs: bench.blobs });
  assert.match((await check(evidence, [smaller.checkpoint().note])).notEstablished.join('\n'), /9 entries/);
});

test('what is no window of the log, or no longer kept, is named', async () => {
  await assert.rejects(of(3), { code: 'evidence', message: /no window 3/ });
  await assert.rejects(collectEvidence(source, trust, { scope: 'acme/none/2026', window: 1 }), { message: /no scope/ });
  const lost = decodeEntry(entryAt(INTAKE).leaf).payload.sha256;
  const blobs = new Map(bench.blobs);
  blobs.delete(lost);
  await assert.rejects(
    collectEvidence(await logged({ leaves: bench.leaves, blobs }), trust, { scope: SCOPE, window: 2 }),
    {
      name: 'VerifyError',
      message: new RegExp(`entry ${INTAKE}`),
    },
  );
});

describe('a bundle where envelopes were removed when their retention ended', () => {
  const LATER = NOON + 100_000;
  const signer = ed25519NoteSigner(ORIGIN, secrets.log);
  /** Of the first window; the last decision, and the verdict, came within the second. */
  const ofFirst = bench.leaves
    .slice(0, second + 3)
    .toSpliced(second, 1)
    .map(decodeEntry)
    .filter(({ kind, statement }) => kind === 'accepted' && statement !== 'conformance');
  const digestsOf = (entries: typeof ofFirst): string[] => entries.map(({ payload }) => payload.sha256);
  const whole = digestsOf(ofFirst);
  const statements = digestsOf(ofFirst.filter(({ statement }) => statement !== 'fairness'));
  const indexOf = (digest: string): number =>
    bench.leaves.findIndex((leaf) => decodeEntry(leaf).payload.sha256 === digest);
  const listed = (digests: readonly string[], window = 1): PrunedBlob[] =>
    digests.map((digest) => ({
      ...{ index: indexOf(digest), digest, retentionClass: 'applicants', until: LATER, scope: SCOPE, window },
    }));
  const record = (blobs: readonly PrunedBlob[], by = signer) => signPruning(by.name, { prunedAt: LATER, blobs }, by);
  const collected = async (gone: readonly string[], window: number) => {
    const blobs = new Map([...bench.blobs].filter(([digest]) => !gone.includes(digest)));
    const removals = [await record(listed(gone))];
    return collectEvidence(await logged({ leaves: bench.leaves, blobs }), trust, { scope: SCOPE, window, removals });
  };

  test('says what was removed, and that what it said is not established', async () => {
    const pruned = await collected(whole, 1);
    assert.deepEqual(bytesOf(parseEvidence(bytesOf(pruned))), bytesOf(pruned));
    const report = await check(pruned);
    assert.equal(report.state, 'PRUNED');
    const { counts, total, tally } = report;
    assert.deepEqual([counts, total, tally, report.fairness], [undefined, undefined, undefined, []]);
    assert.deepEqual(report.removed, {
      kinds: { eligibility: 2, decision: 2, 'manual-decision': 0, fairness: 1, withdrawal: 0 },
      ...{ classes: ['applicants'], at: [LATER], others: 0 },
    });
    const established = report.established.join('\n');
    assert.match(established, /removed the envelopes .* 2 eligibility, 2 decision, 1 fairness/);
    assert.match(established, /the entries \d+ to \d+ are here, all of them/);
    assert.match(report.notEstablished.join('\n'), /what the removed envelopes of window 1 said/);
    assert.doesNotMatch(established, /has 2 intakes|opens the sum|used twice/);
  });

  test('has the proof of a fairness statement that is kept verified, and compares its sum with nothing', async () => {
    const report = await check(await collected(statements, 1));
    assert.deepEqual(
      report.fairness.map(({ closings, verdicts }) => [closings, verdicts]),
      [['all', { age: 'PASS' }]],
    );
    assert.match(report.established.join('\n'), /its proof verifies, for some sum/);
  });

  test('of a window that is kept names what the range lacks of the one before it', async () => {
    const report = await check(await collected(whole, 2));
    assert.deepEqual([report.state, report.total, report.removed.others], ['PROVED', 3, 3]);
    assert.match(report.notEstablished.join('\n'), /what 3 entries of the range said/);
    assert.equal((await check(evidence)).removed.others, 0);
    assert.deepEqual(evidence.removals, []);
  });

  test('is refused where no record of the log lists what it lacks, or a record is none of it', async () => {
    const pruned = await collected(whole, 1);
    const blobs = listed(whole);
    const beyond = { ...blobs[0]!, digest: 'ab'.repeat(32), index: pruned.to };
    const stranger = ed25519NoteSigner(ORIGIN, new Uint8Array(32).fill(9));
    for (const [removals, error] of [
      [[], { code: 'evidence', message: /envelope is missing/ }],
      [[await record(blobs.slice(1))], { code: 'evidence', message: /envelope is missing/ }],
      [
        [await record(blobs.map((blob) => ({ ...blob, index: blob.index + 1 })))],
        { code: 'evidence', message: /envelope is missing/ },
      ],
      [
        [await record(blobs.map((blob) => ({ ...blob, scope: 'other/consumer/2026q1' })))],
        { code: 'evidence', message: /envelope is missing/ },
      ],
      [[await record(blobs, stranger)], { code: 'pruning', message: /not signed/ }],
      [
        [await record(blobs.map((blob) => ({ ...blob, until: LATER + 1 })))],
        { code: 'pruning', message: /had not ended/ },
      ],
      [[await record(blobs), await record([beyond])], { code: 'evidence', message: /lists none/ }],
      [[await record([...blobs, beyond])], { code: 'evidence', message: /not in the range/ }],
    ] as const) {
      await assert.rejects(check({ ...pruned, removals }), error);
    }
    await assert.rejects(check({ ...pruned, to: pruned.to - 1, entries: pruned.entries.slice(0, -1) }), {
      code: 'evidence',
    });
  });

  test('cannot have an intake removed from a window that is said to be whole', async () => {
    const short = await Bench.ready([await slot(1, NOON, NOON + 1000), await slot(2, NOON + 1000, NOON + 2000)]);
    short.now = NOON + 1000;
    const hidden: number[] = [];
    for (const n of [1, 2]) await short.accept(intake(n));
    hidden.push(await short.accept(intake(3)));
    for (const n of [1, 2]) await short.accept(decision(n));
    hidden.push(await short.accept(decision(3)));
    short.now = NOON + 2000;
    const { envelope, table } = await fairness(2, 2, sumPoints([tallyOf(1), tallyOf(2)]));
    short.append(envelope, table);
    const gone = hidden.map((index) => ({ index, digest: decodeEntry(short.leaves[index]!).payload.sha256 }));
    const blobs = new Map([...short.blobs].filter(([digest]) => !gone.some((one) => one.digest === digest)));
    const lines = gone.map((one) => ({ ...one, retentionClass: 'applicants', until: LATER, scope: SCOPE, window: 1 }));
    const removals = [await record(lines)];
    const log = await logged({ leaves: short.leaves, blobs });
    const pruned = await collectEvidence(log, trust, { scope: SCOPE, window: 2, removals });
    await assert.rejects(check(pruned), {
      code: 'pruning',
      message: new RegExp(`^entry ${hidden[0]}: .* not admitted`),
    });
  });

  test('cannot pass a registration off as removed', async () => {
    const { index, leaf } = evidence.entries.findLast((one) => decodeEntry(one.leaf).kind === 'registration')!;
    const removals = [await record(listed([decodeEntry(leaf).payload.sha256], 2))];
    const entries = evidence.entries.map((one) => (one.index === index ? { index, leaf } : one));
    await assert.rejects(check({ ...evidence, removals, entries }), {
      code: 'evidence',
      message: /envelope is missing/,
    });
  });
});

test('what is no bundle is refused, the line named', () => {
  const text = new TextDecoder().decode(bytesOf(evidence));
  const lines = text.split('\n');
  const broken = {
    nothing: '',
    'a line without its end': text.slice(0, -1),
    'an empty line': text.replace('\n', '\n\n'),
    'a space': text.replace(':', ': '),
    'another format': text.replace('assay-evidence-v1', 'assay-evidence-v2'),
    'a member that is none': text.replace('{', '{"a":1,'),
    'an empty range': text.replace(/"to":\d+/, `"to":${evidence.from}`),
    'no first line': lines.slice(1).join('\n'),
    'an index that is none': text.replace(/"index":\d+/, '"index":-1'),
    'a hash that is none': text.replace('"proof":["', '"proof":["!'),
  };
  for (const [why, wrong] of Object.entries(broken)) {
    assert.throws(() => parseEvidence(utf8ToBytes(wrong)), { name: 'VerifyError', code: 'malformed' }, why);
  }
});
