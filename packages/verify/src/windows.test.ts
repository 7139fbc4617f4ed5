import assert from 'node:assert/strict';
import { test } from 'node:test';
import { B8, IDENTITY, pointAdd, pointEquals, pointMultiply, sumPoints } from '@assay/field';
import { compileFairnessPolicy } from '@assay/statements';
import fc from 'fast-check';
import { Bench } from '../test/bench.ts';
import {
  bodies,
  decision,
  fairnessDocument,
  intake,
  manualDecision,
  NOON,
  partitions,
  referral,
  registration,
  SCOPE,
  signers,
  slot,
  withdrawal,
} from '../test/world.ts';
import { sealEnvelope } from './envelope.ts';
import { findings } from './findings.ts';
import type { Pin } from './registry.ts';
import { ScopeBook } from './scope-book.ts';
import { expectedTally } from './slot-account.ts';
import type { Intake } from './windows.ts';

const pin = { scope: { closingDeadlineSeconds: 3600 } } as unknown as Pin;

function admitted(n: number, receivedAt: number): Intake {
  return {
    index: n,
    receivedAt,
    bank: 'acme',
    scope: SCOPE,
    applicantCommitment: BigInt(n),
    eligibilityCommitment: 0n,
    pin,
    referredBy: undefined,
    closing: undefined,
  };
}

function slotOf(number: number, from: number, to: number) {
  return { kind: 'slot', scope: SCOPE, slot: number, from, to } as const;
}

const states = (book: ScopeBook, now: number, tMin = 2): string[] =>
  book.windows(SCOPE, now, () => tMin).map(({ window, state, counts }) => `${window} ${state} ${counts.intakes}`);

function bookOf(slots: readonly (readonly [number, number])[], times: readonly number[]): ScopeBook {
  const book = new ScopeBook();
  for (const [i, [from, to]] of slots.entries()) book.addSlot(slotOf(i + 1, from, to));
  for (const [n, time] of times.entries()) book.admit(admitted(n, time));
  return book;
}

const close = (book: ScopeBook, position: number, kind: 'decision' | 'manual-decision' | 'withdrawal' = 'decision') =>
  book.close(position, {
    kind,
    index: 100 + position,
    receivedAt: 50,
    tally: kind === 'withdrawal' ? IDENTITY : pointMultiply(B8, BigInt(position + 1)),
  });

test('an intake belongs to the slot that has begun and is not over', () => {
  const book = bookOf(
    [
      [0, 10],
      [10, 20],
    ],
    [0, 9, 10, 19, 20],
  );
  const members = book.windows(SCOPE, 20, () => 1).map(({ intakes }) => intakes.map(({ receivedAt }) => receivedAt));
  assert.deepEqual(members, [
    [0, 9],
    [10, 19],
  ]);
  assert.equal(book.slotAt(20), undefined);
  assert.equal(book.slotAt(19)?.slot, 2);
});

test('a window is over at the first instant that its slot does not have', () => {
  const book = bookOf([[0, 10]], [1, 2]);
  close(book, 0);
  close(book, 1);
  assert.deepEqual(states(book, 9), ['1 OPEN 2']);
  assert.deepEqual(states(book, 10), ['1 READY 2']);
});

test('a window with an open intake is incomplete, with a referred one too', () => {
  const book = bookOf([[0, 10]], [1, 2]);
  close(book, 0);
  assert.deepEqual(states(book, 10), ['1 INCOMPLETE 2']);
  book.refer(1, 77);
  assert.deepEqual(states(book, 10), ['1 INCOMPLETE 2']);
  close(book, 1, 'manual-decision');
  assert.deepEqual(states(book, 10), ['1 READY 2']);
});

test('a window that is proved stays so; one whose manual decisions alone are proved does not', () => {
  const book = bookOf([[0, 10]], [1, 2]);
  close(book, 0);
  close(book, 1);
  const statement = { index: 9, window: 1, verdicts: [1, 0, 0, 0], partitionsHash: 1n };
  book.addFairness({ ...statement, manualOnly: true });
  assert.deepEqual(states(book, 10), ['1 READY 2']);
  book.addFairness({ ...statement, manualOnly: false });
  assert.deepEqual(states(book, 10), ['1 PROVED 2']);
});

test('a window extends over the following slots until it holds enough intakes, and is named by the last', () => {
  const book = bookOf(
    [
      [0, 10],
      [10, 20],
      [20, 30],
    ],
    [1, 11, 12],
  );
  assert.deepEqual(states(book, 10, 3), ['2 OPEN 3', '3 OPEN 0']);
  assert.deepEqual(states(book, 20, 3), ['2 INCOMPLETE 3', '3 OPEN 0']);
  assert.deepEqual(states(book, 20, 4), ['3 OPEN 3']);
  assert.deepEqual(states(book, 30, 4), ['3 OPEN 3']);
  const [first] = book.windows(SCOPE, 20, () => 3);
  assert.deepEqual([first!.from, first!.to], [0, 20]);
});

test('slots without an intake extend too', () => {
  const book = bookOf(
    [
      [0, 10],
      [10, 20],
    ],
    [],
  );
  assert.deepEqual(states(book, 20), ['2 OPEN 0']);
});

test('the window that extends is told by the pin of its own first intake', () => {
  const book = bookOf(
    [
      [0, 10],
      [10, 20],
    ],
    [1, 11],
  );
  const windows = book.windows(SCOPE, 20, ({ index }) => (index === 0 ? 1 : 5));
  assert.deepEqual(
    windows.map(({ window, state }) => [window, state]),
    [
      [1, 'INCOMPLETE'],
      [2, 'OPEN'],
    ],
  );
});

test('a slot that is registered later takes in the intakes that lie in it, closed and referred as they are', () => {
  const book = bookOf([], [1, 2, 3, 12]);
  close(book, 0);
  book.refer(1, 77);
  close(book, 2, 'withdrawal');
  book.addSlot(slotOf(1, 0, 10));
  const [window] = book.windows(SCOPE, 10, () => 1);
  assert.deepEqual(window!.counts, { intakes: 3, open: 1, referred: 1, manual: 0, withdrawn: 1 });
});

test('counts and tallies are those of the intakes, whatever came in whatever order', () => {
  const kinds = fc.constantFrom('open', 'decision', 'manual-decision', 'withdrawal' as const);
  const ends = fc.array(kinds, { maxLength: 12 });
  fc.assert(
    fc.property(ends, fc.nat(12), fc.array(fc.nat(3), { maxLength: 4 }), (closings, late, lengths) => {
      const book = new ScopeBook();
      const starts = [
        0,
        ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length + 1, 0)),
      ];
      const bounds = lengths.map((_, i): [number, number] => [starts[i]!, starts[i + 1]!]);
      const register = () => {
        for (const [i, [from, end]] of bounds.entries()) book.addSlot(slotOf(i + 1, from, end));
      };
      if (late === 0) register();
      closings.forEach((end, n) => {
        book.admit(admitted(n, n));
        if (end === 'manual-decision') book.refer(n, 50);
        if (end !== 'open') close(book, n, end);
        if (n + 1 === late) register();
      });
      if (late > closings.length) register();
      for (const window of book.windows(SCOPE, 100, () => 2)) {
        const { intakes, counts } = window;
        const ended = (kind: string) => intakes.filter(({ closing }) => closing?.kind === kind);
        assert.deepEqual(counts, {
          intakes: intakes.length,
          open: intakes.filter(({ closing }) => closing === undefined).length,
          referred: intakes.filter(({ referredBy }) => referredBy !== undefined).length,
          manual: ended('manual-decision').length,
          withdrawn: ended('withdrawal').length,
        });
        for (const manualOnly of [false, true]) {
          const counted = [...(manualOnly ? [] : ended('decision')), ...ended('manual-decision')];
          const { total, tally } = expectedTally(window, manualOnly);
          assert.equal(total, counted.length);
          assert.ok(pointEquals(tally, sumPoints(counted.map(({ closing }) => closing!.tally))));
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a hundred thousand intakes in a thousand slots add up, window by window', () => {
  const book = new ScopeBook();
  for (let i = 0; i < 1000; i++) book.addSlot(slotOf(i + 1, i * 100, (i + 1) * 100));
  const points = [pointMultiply(B8, 3n), pointMultiply(B8, 5n)];
  for (let n = 0; n < 100_000; n++) {
    book.admit(admitted(n, n));
    book.close(n, { kind: 'decision', index: n, receivedAt: n, tally: points[n % 2]! });
  }
  const windows = book.windows(SCOPE, 100_000, () => 2);
  assert.equal(windows.length, 1000);
  const { tally } = expectedTally(windows[0]!, false);
  assert.deepEqual(tally, pointMultiply(pointAdd(points[0]!, points[1]!), 50n));
});

test('findings: overdue and late closings, incomplete windows, ceilings', async () => {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000), await slot(2, NOON + 1000, NOON + 2000)]);
  const indices = [];
  for (const n of [1, 2, 3, 4]) indices.push(await bench.accept(intake(n)));
  await bench.accept(decision(1));
  await bench.accept(referral(2));
  await bench.accept(referral(3));
  await bench.accept(referral(4));
  assert.deepEqual(findings(bench.ledger, NOON), []);
  bench.now = NOON + 3_600_000;
  assert.deepEqual(
    findings(bench.ledger, bench.now).map(({ code }) => code),
    ['WINDOW_INCOMPLETE', 'REFERRALS_OVER_CEILING'],
  );
  bench.now += 1;
  await bench.accept(manualDecision(2));
  await bench.accept(withdrawal(3));
  assert.deepEqual(findings(bench.ledger, bench.now), [
    { code: 'CLOSED_LATE', scope: SCOPE, index: indices[1] },
    { code: 'CLOSED_LATE', scope: SCOPE, index: indices[2] },
    { code: 'INTAKE_OVERDUE', scope: SCOPE, index: indices[3] },
    { code: 'WINDOW_INCOMPLETE', scope: SCOPE, window: 1 },
    { code: 'REFERRALS_OVER_CEILING', scope: SCOPE, window: 1 },
  ]);
  await bench.accept(withdrawal(4));
  assert.ok(!findings(bench.ledger, bench.now).some(({ code }) => code === 'WITHDRAWALS_OVER_CEILING'));
});

test('findings: withdrawals over the ceiling', async () => {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
  for (const n of [1, 2, 3]) await bench.accept(intake(n));
  await bench.accept(decision(1));
  for (const n of [2, 3]) await bench.accept(withdrawal(n));
  assert.deepEqual(findings(bench.ledger, NOON + 1000), [
    { code: 'WITHDRAWALS_OVER_CEILING', scope: SCOPE, window: 1 },
  ]);
});

test('partitions change only between windows: until then the change waits', async () => {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000), await slot(2, NOON + 1000, NOON + 2000)]);
  const before = await registration('scope', bodies.scope);
  const rules = { ...bodies['fairness-policy'].document, version: '2', nMin: 3 };
  const { hash } = compileFairnessPolicy({ ...fairnessDocument, version: '2', nMin: 3 }, partitions);
  const body = { ...bodies['fairness-policy'], document: rules, fairnessPolicyHash: String(hash) };
  await bench.accept(registration('fairness-policy', body));
  const change = await sealEnvelope(
    {
      type: 'registration',
      kind: 'scope',
      body: { ...bodies.scope, fairnessPolicyHash: String(hash) },
      after: before.digest,
    },
    new Uint8Array(),
    signers.regulator,
  );
  assert.equal(bench.code(change), 'accepted', 'no intake yet');
  await bench.accept(intake(1));
  assert.equal(bench.code(change), 'pending slot WINDOW_OPEN', 'the slot is not over');
  bench.now = NOON + 1000;
  assert.equal(bench.code(change), 'pending slot WINDOW_OPEN', 'one intake is not enough: the window extends');
  await bench.accept(intake(2));
  assert.equal(bench.code(change), 'pending slot WINDOW_OPEN');
  bench.now = NOON + 2000;
  assert.equal(bench.code(change), 'accepted', 'the window is over, and the next one has no intake');
  await bench.accept(intake(3));
  assert.equal(bench.code(change), 'pending slot WINDOW_OPEN', 'an intake lies in no slot');
});

test('what no window depends on changes at any time', async () => {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
  await bench.accept(intake(1));
  const before = await registration('scope', bodies.scope);
  const body = { ...bodies.scope, rootGraceSeconds: 5 };
  await bench.accept(
    sealEnvelope(
      { type: 'registration', kind: 'scope', body, after: before.digest },
      new Uint8Array(),
      signers.regulator,
    ),
  );
  assert.equal(bench.ledger.intakes(SCOPE)[0]!.pin.scope.rootGraceSeconds, 600);
  assert.equal(bench.ledger.registry.pin(SCOPE)!.scope.rootGraceSeconds, 5);
});
