import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { type CompiledStatement, loadStatement } from './artifacts.ts';
import { type FairnessCase, fairnessInput } from './fairness-oracle.ts';
import { highest, PLAIN_WINDOW } from './fairness-samples.ts';
import { Forger, type Forgery } from './forger.ts';
import { freeWires } from './free-wires.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';

// Partition 0 passes with exactly four fifths and a tie for the reference, 1 fails against a fixed reference, 2 has a group
// that is low, but not significantly, 3 is unused.
const PUBLIC = [
  ...['tallyX', 'tallyY', 'total', 'partitionsHash', 'fairnessPolicyHash', 'tableCiphertextHash'],
  ...[0, 1, 2, 3].map((p) => `verdict[${p}]`),
];
const [PASS, FAIL, INDETERMINATE] = [1n, 2n, 3n];
/** Partition 1 passes, and partition 2 fails: their witnesses differ in few places. */
const MERCIFUL: FairnessCase = {
  ...PLAIN_WINDOW,
  partitions: PLAIN_WINDOW.partitions
    .with(1, { ...highest([150n, 200n], [45n, 60n], [43n, 43n]), reference: 0 })
    .with(2, highest([30n, 40n], [10n, 30n], [177n, 233n])),
};
/** The group that partition 1 fails for is low, but not significantly. */
const DOUBTFUL: FairnessCase = { ...PLAIN_WINDOW, zNum: 65535n, zDen: 1n };
const COUNTS = 'CountCommitment_*';
const TABLE = 'TableEncryption_*';

suite('forged witnesses of fairness', () => {
  let circuit: CompiledStatement;
  let witness: bigint[];
  let forger: Forger;
  before(async () => {
    circuit = await loadStatement('fairness');
    witness = circuit.calculator.witness(fairnessInput(PLAIN_WINDOW));
    forger = new Forger(circuit.r1cs, circuit.symbols, witness);
  });

  /** Takes the values of another window's witness below some paths of one partition's verdict, and that verdict. */
  const grafted = (window: FairnessCase, p: number, ...paths: readonly string[]): Forgery => {
    const donor = circuit.calculator.witness(fairnessInput(window));
    const below = paths.map((path) => `Verdict_*[${p}].${path}`);
    return forger.forge(forger.graft(donor, ...below, `verdict[${p}]`));
  };

  /** Changes under the same public signals. */
  const privately = (changes: Readonly<Record<string, bigint>>): Forgery =>
    forger.forge({ ...Object.fromEntries(PUBLIC.map((name) => [name, forger.value(name)])), ...changes });
  const valueIn = (forgery: Forgery, signal: string): bigint => forgery.witness[wireNamed(signal)]!;
  const wireNamed = (signal: string): number => {
    const plain = (name: string): string => name.replace(/^main\./, '').replace(/_\d+_\d+(?=[.[]|$)/g, '_*');
    return [...circuit.symbols.wireOf].find(([name]) => plain(name) === signal)![1];
  };
  const moved = (signal: string, by: bigint): Record<string, bigint> => ({ [signal]: forger.value(signal) + by });

  suite('counts', () => {
    test('more approvals than members', () => {
      assertRefused(forger.forge({ 'approvals[0][0]': 101n }), /other\[0\]\[0\]\.bits/);
    });

    test('counts that wrap around the range, the total kept', () => {
      const counts = { ...moved('sizes[0][0]', 2n ** 24n), ...moved('sizes[0][1]', -(2n ** 24n)) };
      assertRefused(forger.forge(counts), /other\[0\]\[[01]\]\.bits/);
      assertRefused(forger.forge(moved('approvals[2][0]', 2n ** 24n)), /approval\[2\]\[0\]\.bits/);
    });

    test('a bit of a count that is not boolean', () => {
      const bit = `${COUNTS}.other[0][0].bits[2]`;
      assertRefused(forger.forge({ [bit]: forger.value(bit) + 2n }), /other\[0\]\[0\]\.bits/);
    });

    test('a total of 2^24', () => {
      assertRefused(forger.forge({ total: 2n ** 24n }), /CountCommitment_\*\.RangeCheck/);
    });

    test('another total, other counts, another blinding under the same tally', () => {
      for (const changes of [
        { total: forger.value('total') + 1n },
        moved('blinding', 1n),
        moved('approvals[0][0]', -1n),
        { ...moved('sizes[0][0]', 1n), ...moved('sizes[0][1]', -1n) },
        { 'sizes[0][0]': forger.value('sizes[1][0]'), 'sizes[1][0]': forger.value('sizes[0][0]') },
      ]) {
        assertRefused(privately(changes), /^tally[XY]$|^CountCommitment/);
      }
    });

    test('a blinding of 2^251 and more', () => {
      assertRefused(privately(moved('blinding', 2n ** 251n)), /CountCommitment_\*\.blind\.bits/);
    });

    test('a sum of points that is off by one', () => {
      for (const signal of ['sumX[17]', 'sumY[40]', 'other[2][1].add[3].xout', 'approval[3][7].add[6].yout']) {
        const name = `${COUNTS}.${signal}`;
        const pattern = new RegExp(signal.replace(/[.[\]]/g, '\\$&'));
        assertRefused(forger.forge(moved(name, 1n)), pattern);
      }
    });
  });

  suite('policy', () => {
    test('other rules, another key or partitions under the same hash', () => {
      for (const changes of [moved('rules', 1n), moved('rules', 2n ** 65n), moved('keyX', 1n), moved('keyY', 1n)])
        assertRefused(privately(changes), /^policy\.Poseidon/);
      const forged = privately(moved('partitionsHash', 1n));
      assertRefused(forged, /^policy\.Poseidon/);
    });

    test('rules of more than 189 bits', () => {
      assertRefused(forger.forge(moved('rules', 2n ** 189n)), /^policy\.bits/);
    });

    for (const [name, at] of [
      ['a tested group', 137 + 5],
      ['a reference', 137 + 13 + 2],
      ['the flag of a fixed reference', 137 + 13 + 1],
      ['a bit of zNum', 32 + 3],
      ['a bit of minCell', 113 + 4],
    ] as const) {
      test(`${name} that is another, or not boolean`, () => {
        const bit = `policy.bits[${at}]`;
        if (!forger.has(bit)) return assertRefused(flipNamed(at), /^policy\.|^rules$|Verdict|TableEncryption/);
        assertRefused(forger.forge({ [bit]: 1n - forger.value(bit) }), /^policy\.bits/);
        assertRefused(forger.forge({ [bit]: 2n }), /^policy\.bits/);
      });
    }

    test('an unused partition that is used', () => {
      assertRefused(forger.forge({ 'Verdict_*[3].used': 1n }), /Verdict_\*\[3\]\.used|^policy\.bits/);
    });

    /** The optimiser keeps some bits under the names of the gadgets' inputs. */
    function flipNamed(at: number): Forgery {
      const names = new Map([
        [142, 'Verdict_*[0].tested[0]'],
        [151, 'Verdict_*[1].fixedReference'],
      ]);
      const name = names.get(at)!;
      return forger.forge({ [name]: 1n - forger.value(name) });
    }

    test('a ratio of zero or above one, no denominator for z, no least size', () => {
      const word = forger.value('rules');
      const [num, zDen, nMin] = [4n, 100n << 48n, 30n << 65n];
      for (const rules of [word - num, word - num + 6n, word - zDen, word - nMin]) {
        const input = { ...fairnessInput(PLAIN_WINDOW), rules };
        assert.throws(() => circuit.calculator.witness(input), { code: 'WITNESS_REJECTED' });
        const bits = forger.bits('policy.bits', rules, 189);
        for (const [name, value] of namedFields(rules)) bits.set(name, value);
        assertRefused(forger.forge(bits.set('rules', rules)), /^policy\.RangeCheck/);
      }
    });

    function namedFields(rules: bigint): [string, bigint][] {
      const field = (at: bigint, width: bigint): bigint => (rules >> at) & ((1n << width) - 1n);
      return [
        ['Verdict_*[0].num', field(0n, 16n)],
        ['Verdict_*[0].den', field(16n, 16n)],
        ['Verdict_*[0].zDen', field(48n, 16n)],
        ['Verdict_*[0].nMin', field(65n, 24n)],
      ].filter((entry): entry is [string, bigint] => forger.has(entry[0] as string));
    }
  });

  suite('reference', () => {
    const reference = (p: number, g: number): Record<string, bigint> => {
      const entries = Array.from({ length: 8 }, (_, i) => [`Verdict_*[${p}].isReference[${i}]`, i === g ? 1n : 0n]);
      return { ...Object.fromEntries(entries.filter(([name]) => forger.has(name as string))), [`h[${p}]`]: BigInt(g) };
    };

    test('the later of two groups with the same rate', () => {
      assertRefusedBy(forger.forge(reference(0, 1)), /Verdict_\*\[0\]\.(lead|RangeCheck)/);
    });

    test('a group with a lower rate', () => {
      assertRefused(forger.forge(reference(0, 2)), /Verdict_\*\[0\]\.(lead|RangeCheck)/);
    });

    test('a group that is not judged', () => {
      assertRefused(forger.forge(reference(0, 3)), /Verdict_\*\[0\]\.isReference/);
      assertRefused(forger.forge(reference(0, 7)), /Verdict_\*\[0\]\.isReference/);
    });

    test('another than the fixed one', () => {
      assertRefused(forger.forge(reference(1, 2)), /Verdict_\*\[1\]\.(isReference|fixedReference)/);
    });

    test('none, two, or parts of two', () => {
      const [first, second] = [0, 1].map((g) => `Verdict_*[0].isReference[${g}]`).filter((name) => forger.has(name));
      assert.ok(first !== undefined && second !== undefined);
      for (const changes of [{ [first]: 0n }, { [second]: 1n }, { [first]: 2n, [second]: -1n }])
        assertRefused(forger.forge(changes), /isReference/);
    });

    test('its counts, its flag of being judged', () => {
      for (const part of ['sizePart[0]', 'approvalPart[0]', 'judgedPart[0]', 'sizePart[5]']) {
        const pattern = new RegExp(part.replace(/[[\]]/g, '\\$&'));
        assertRefused(forger.forge(moved(`Verdict_*[0].${part}`, 1n)), pattern);
      }
    });
  });

  suite('verdict', () => {
    test('any other, in each partition', () => {
      for (const p of [0, 1, 2, 3]) {
        for (const value of [0n, 1n, 2n, 3n, 4n]) {
          const verdict = `verdict[${p}]`;
          if (value !== forger.value(verdict)) assertRefusedBy(forger.forge({ [verdict]: value }), /^verdict\[/);
        }
      }
    });

    const CONSEQUENCES = ['judgedLow', 'failing', 'noFailure', 'noDoubt', 'fail', 'certain', 'indeterminate'];

    test('a low group that is not taken for low', () => {
      const forgery = grafted(MERCIFUL, 1, 'low', ...CONSEQUENCES);
      assert.equal(valueIn(forgery, 'verdict[1]'), PASS);
      assertRefusedBy(forgery, /Verdict_\*\[1\]\.(low|LessThanBits)/);
    });

    test('a group at four fifths that is taken for low', () => {
      const inverse = forger.forge({ 'Verdict_*[0].low[2]': 1n, 'Verdict_*[0].significant[2]': 1n });
      assertRefused(inverse, /Verdict_\*\[0\]\.(low|LessThanBits)/);
    });

    test('a significant difference that is not taken for one, and the reverse', () => {
      const excused = grafted(DOUBTFUL, 1, 'significant', 'excused', ...CONSEQUENCES);
      assert.equal(valueIn(excused, 'verdict[1]'), INDETERMINATE);
      assertRefusedBy(excused, /Verdict_\*\[1\]\.(significant|LessThanBits|sigLeft)/);
      const accused = grafted(MERCIFUL, 2, 'significant', 'excused', ...CONSEQUENCES);
      assert.equal(valueIn(accused, 'verdict[2]'), FAIL);
      assertRefusedBy(accused, /Verdict_\*\[2\]\.(significant|LessThanBits|sigLeft)/);
    });

    test('a lead that wraps, a bit of it that is not boolean', () => {
      assertRefused(forger.forge({ 'Verdict_*[0].lead[2]': -1n }), /Verdict_\*\[0\]\.lead\[2\]/);
      for (const bit of [0, 20, 44]) {
        const name = `Verdict_*[0].RangeCheck_*[2].Num2Bits_*.out[${bit}]`;
        assertRefused(forger.forge({ [name]: 2n }), /Verdict_\*\[0\]\.RangeCheck_\*\[2\]/);
      }
    });

    test('a judged group that is not, a small one that is skipped, an empty one that is judged', () => {
      assertRefused(forger.forge({ 'Verdict_*[1].judged[1]': 0n }), /Verdict_\*\[1\]\.judged\[1\]/);
      assertRefused(forger.forge({ 'Verdict_*[1].judged[4]': 1n }), /Verdict_\*\[1\]\.judged\[4\]/);
      assertRefused(forger.forge({ 'Verdict_*[0].skipped[3]': 1n }), /Verdict_\*\[0\]\.skipped\[3\]/);
      assertRefused(forger.forge({ 'empty[0][3]': 1n }), /^empty\[0\]\[3\]$/);
      assertRefused(forger.forge({ 'empty[0][4]': 0n }), /^empty\[0\]\[4\]$/);
    });

    test('failures, doubts and approvals that are taken for none, or invented', () => {
      assertRefused(forger.forge({ 'Verdict_*[1].noFailure.out': 1n }), /Verdict_\*\[1\]\.noFailure/);
      assertRefused(forger.forge({ 'Verdict_*[2].noDoubt.out': 1n }), /Verdict_\*\[2\]\.noDoubt/);
      assertRefused(forger.forge({ 'Verdict_*[0].noFailure.out': 0n }), /Verdict_\*\[0\]\.noFailure/);
      assertRefused(forger.forge({ 'Verdict_*[1].noApproval.out': 1n }), /Verdict_\*\[1\]\.noApproval/);
      for (const signal of ['valid', 'fail', 'certain', 'indeterminate', 'excused[1]', 'judgedLow[1]', 'failing[1]']) {
        const name = `Verdict_*[1].${signal}`;
        assertRefused(forger.forge({ [name]: 1n - forger.value(name) }), new RegExp(signal.replace(/[[\]]/g, '\\$&')));
      }
    });

    test('products of counts that are others', () => {
      for (const signal of [
        ...['crossg', 'crossh', 'rivals', 'lead', 'lowLeft', 'lowRight', 'square', 'spread'],
        ...['sigRight', 'pairSize', 'pairVariance', 'pairProduct', 'sigLeft'],
      ]) {
        assertRefused(forger.forge(moved(`Verdict_*[2].${signal}[1]`, 1n)), new RegExp(`\\.${signal}\\[1\\]`));
      }
    });
  });

  suite('table', () => {
    test('a hidden cell that is shown, a shown one that is hidden', () => {
      for (const [minCell, cell, hidden] of [
        [1n, '[0][3]', 0n],
        [31n, '[2][1]', 1n],
      ] as const) {
        const name = `${TABLE}.hidden${cell}`;
        const donor = circuit.calculator.witness(fairnessInput({ ...PLAIN_WINDOW, minCell }));
        const paths = ['hidden', 'shownSize', 'shownApprovals', 'hash'].map((path) => `${TABLE}.${path}`);
        const forgery = forger.forge(forger.graft(donor, ...paths, 'tableCiphertextHash'));
        assert.deepEqual([forger.value(name), valueIn(forgery, name)], [1n - hidden, hidden]);
        assertRefusedBy(forgery, /TableEncryption_\*\.hidden/);
      }
      assertRefused(forger.forge({ [`${TABLE}.hidden[0][4]`]: 1n }), /TableEncryption_\*\.hidden/);
    });

    test('cells that are others, or swapped', () => {
      const [one, other] = [`${TABLE}.shownSize[0][0]`, `${TABLE}.shownSize[1][0]`];
      const swapped = { [one]: forger.value(other), [other]: forger.value(one) };
      assertRefused(forger.forge(swapped), /TableEncryption_\*\.shownSize\[0\]\[0\]/);
      assertRefused(forger.forge(moved(`${TABLE}.shownApprovals[1][1]`, 1n)), /TableEncryption_\*\.shownApprovals/);
    });

    test('a word of the ciphertext that is another', () => {
      for (let i = 0; i < 7; i++) {
        const word = `${TABLE}.hash.inputs[${3 + i}]`;
        assertRefused(privately(moved(word, 1n)), /TableEncryption_\*\.hash/);
        assertRefused(forger.forge(moved(word, 1n)), /TableEncryption_\*\.(hash\.inputs|pads)/);
      }
    });

    test('a scalar that differs between the two multiplications', () => {
      for (const bits of ['ephemeral.bits', 'bits']) {
        const name = `${TABLE}.${bits}[3]`;
        const pattern = bits === 'bits' ? /TableEncryption_\*\.bits/ : /TableEncryption_\*\.ephemeral\.bits/;
        assertRefused(forger.forge({ [name]: 1n - forger.value(name) }), pattern);
      }
      assertRefused(privately(moved('e', 1n)), /^tableCiphertextHash$|TableEncryption_\*\.hash/);
      assertRefused(privately(moved('e', 2n ** 251n)), /TableEncryption_\*\.(ephemeral\.)?bits/);
    });

    test('another shared point, another point on the way to it', () => {
      for (const signal of ['sharedX', 'sharedY', 'ephemeral.x', 'ephemeral.y']) {
        assertRefused(forger.forge(moved(`${TABLE}.${signal}`, 1n)), new RegExp(signal.replace('.', '\\.')));
      }
      for (const signal of ['twice[0]', 'multiple[3][1]', 'even[7][0]', 'odd[7][1]', 'term[90][0]', 'sum[20][1]']) {
        const name = `${TABLE}.VariableBaseMul_*.${signal}`;
        assertRefused(forger.forge(moved(name, 1n)), new RegExp(signal.replace(/[[\]]/g, '\\$&')));
      }
      for (const signal of ['double[30][1].xout', 'double[30][1].yout', 'double[30][0].product', 'add[30].tau']) {
        const name = [
          signal,
          signal.replace('double[30][1].xout', 'add[30].x1').replace('double[30][1].yout', 'add[30].y1'),
        ]
          .map((path) => `${TABLE}.VariableBaseMul_*.${path}`)
          .find((path) => forger.has(path))!;
        const last = name.slice(name.indexOf('*.V') + 2).replace(/[.[\]*]/g, '\\$&');
        assertRefused(forger.forge(moved(name, 1n)), new RegExp(last));
      }
    });

    test('a regulator key off the curve', () => {
      assertRefused(forger.forge(moved('keyY', 1n)), /TableEncryption_\*\.BabyCheck/);
    });
  });

  test('leaves no wire free but inverses that zero is multiplied with', () => {
    const free = freeWires(circuit.r1cs, witness).map((wire) => circuit.symbols.namesOf.get(wire)![0]!);
    for (const name of free) assert.match(name, /(IsZero_\d+_\d+(\[\d+\])?|noFailure|noDoubt|noApproval)\.inv$/);
  });
});
