import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { fr, frFromSigned, IndexedTree, invertFr, reduceFr } from '@assay/field';
import type { WitnessCalculator } from '@assay/groth16';
import {
  type Clause,
  type CompiledPolicy,
  compilePolicy,
  evaluateCompiled,
  policySignals,
  type SetClause,
} from '@assay/policy';
import fc from 'fast-check';
import { compileGadget } from './compile-gadget.ts';
import { POLICY, SCHEMA } from './eligibility-samples.ts';

const RUNS = 200;
const MAX_ATTRIBUTE = (1n << 40n) - 1n;
const MAX_COEFFICIENT = (1n << 40n) - 1n;
const MAX_BOUND = (1n << 84n) - 1n;
const EMPTY = new IndexedTree(2, []);
const TEMPLATE = compilePolicy(POLICY, SCHEMA);

const slot = fc.nat(31);
const attribute = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.constantFrom(0n, MAX_ATTRIBUTE, MAX_ATTRIBUTE - 1n));
const coefficient = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 3n, MAX_COEFFICIENT, -MAX_COEFFICIENT),
  fc.bigInt({ min: -MAX_COEFFICIENT, max: MAX_COEFFICIENT }),
);
/** Where a bound lies: at the sum itself, beside it, or as far as it goes. */
const offset = fc.constantFrom(-MAX_BOUND, -1n, 0n, 0n, 1n, MAX_BOUND);

function clause(x: readonly bigint[]): fc.Arbitrary<Clause> {
  return fc
    .record({ i: slot, j: slot, a: coefficient, b: coefficient, below: offset, above: offset })
    .map(({ below, above, ...c }) => {
      const sum = c.a * x[c.i]! + c.b * x[c.j]!;
      return { ...c, lo: clamp(sum + below), hi: clamp(sum + above) };
    });
}

function clamp(bound: bigint): bigint {
  return bound > MAX_BOUND ? MAX_BOUND : bound < -MAX_BOUND ? -MAX_BOUND : bound;
}

const setClause: fc.Arbitrary<SetClause> = fc
  .record({ slot, negated: fc.boolean(), values: fc.uniqueArray(attribute, { minLength: 1, maxLength: 6 }) })
  .map((set) => ({
    ...set,
    tree: new IndexedTree(
      2,
      set.values.map((value) => value + 1n),
    ),
  }));

/** Policies in the circuit's own terms, which say more than any text: masks are often small, so that some hold. */
const cases = fc.array(attribute, { minLength: 32, maxLength: 32 }).chain((x) =>
  fc
    .record({
      clauses: fc.array(clause(x), { maxLength: 12 }),
      sets: fc.array(setClause, { maxLength: 4 }),
      picks: fc.array(fc.uniqueArray(fc.nat(15), { maxLength: 5 }), { maxLength: 4 }),
    })
    .map(({ clauses, sets, picks }) => {
      const exists = (bit: number): boolean => (bit < 12 ? bit < clauses.length : bit - 12 < sets.length);
      const conjunctions = picks.map((bits) => bits.filter(exists).reduce((mask, bit) => mask | (1 << bit), 0));
      return { x, policy: { ...TEMPLATE, clauses, sets, conjunctions } };
    }),
);

function gadgetInput(policy: CompiledPolicy, x: readonly bigint[]) {
  const lookups = [0, 1, 2, 3].map((k) => {
    const set = policy.sets[k];
    return (set?.tree ?? EMPTY).lookup(x[set?.slot ?? 0]! + 1n);
  });
  return {
    schemaId: policy.schemaId,
    attributes: x,
    ...policySignals(policy),
    setValue: lookups.map(({ leaf }) => leaf.value),
    setNext: lookups.map(({ leaf }) => leaf.next),
    setChildren: lookups.map(({ path }) => path.map(({ children }) => children)),
  };
}

suite('policy gadget', () => {
  let calculator: WitnessCalculator;
  before(async () => {
    calculator = await compileGadget('policy-value');
  });
  const evaluate = (policy: CompiledPolicy, x: readonly bigint[], change = {}): { hash: bigint; value: bigint } => {
    const [, hash, value] = calculator.witness({ ...gadgetInput(policy, x), ...change });
    return { hash: hash!, value: value! };
  };

  test('agrees with the plain evaluation on random policies and applicants, at the edges of every range', () => {
    const seen = [0, 0];
    for (const { x, policy } of fc.sample(cases, { numRuns: RUNS, seed: 7 })) {
      const expected = Number(evaluateCompiled(policy, x));
      assert.equal(evaluate(policy, x).value, BigInt(expected));
      seen[expected]!++;
    }
    assert.ok(seen[0]! > RUNS / 10 && seen[1]! > RUNS / 10, `${seen}`);
  });

  test('computes the hash that the compiler computes', () => {
    assert.equal(evaluate(TEMPLATE, new Array(32).fill(3n)).hash, TEMPLATE.policyHash);
  });

  const refuses = (change: object, place: RegExp): void =>
    assert.throws(
      () => evaluate(TEMPLATE, new Array(32).fill(3n), change),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'WITNESS_REJECTED', error.message);
        assert.match(error.message, place);
        return true;
      },
    );

  test('a difference that 86 bits do not hold has no witness', () => {
    const { a, lo, hi } = policySignals(TEMPLATE);
    refuses({ lo: lo.with(3, frFromSigned(-(1n << 85n))) }, /Num2Bits/);
    refuses({ hi: hi.with(3, frFromSigned(1n << 85n)) }, /Num2Bits/);
    refuses({ a: a.with(0, frFromSigned(-(1n << 90n))) }, /Num2Bits/);
    refuses({ a: a.with(0, fr(1n << 253n)) }, /Num2Bits/);
  });

  test('a coefficient that wraps around the field is left to the verifier: its hash is no compiled policy’s', () => {
    // 3 a = 1 in the field. The compiler keeps |a| < 2^40, and registration recomputes the hash from the text.
    const { a } = policySignals(TEMPLATE);
    const { hash } = evaluate(TEMPLATE, new Array(32).fill(3n), { a: a.with(0, invertFr(reduceFr(3n))) });
    assert.notEqual(hash, TEMPLATE.policyHash);
  });

  test('a used conjunction may not select an empty set, an unused one may', () => {
    const policy = { ...TEMPLATE, sets: TEMPLATE.sets.slice(0, 1), conjunctions: [0b10 << 12] };
    assert.equal(TEMPLATE.sets.length, 2);
    assert.throws(() => evaluate(policy, new Array(32).fill(3n)), { code: 'WITNESS_REJECTED' });
    const { shape } = policySignals(policy);
    const unused = { shape: shape - (1n << 144n) };
    assert.equal(evaluate(policy, new Array(32).fill(3n), unused).value, 0n);
  });

  test('the shape has 212 bits', () => {
    const { shape } = policySignals(TEMPLATE);
    refuses({ shape: shape + (1n << 212n) }, /Num2Bits/);
  });
});
