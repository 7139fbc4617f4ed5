import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePolicy } from './compile-policy.ts';
import { PolicyError } from './error.ts';
import { celEvaluator } from './evaluate-cel.ts';
import { evaluateCompiled } from './evaluate-compiled.ts';
import { samplePolicy, sampleSchema } from './sample.ts';

const POLICIES = 250;
const APPLICANTS = 16;
const sets = { rare: [3, 13], round: [-50, 0, 50, 200] };
const number = fc.integer({ min: -60, max: 260 }).map(String);
const codes = fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 5, 8, 13, 21), { minLength: 1, maxLength: 5 });
const numeric = fc.constantFrom('income', 'debt', 'age', 'opened', 'purpose', 'employed');
const comparison = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');

const sum = fc.oneof(
  { weight: 4, arbitrary: numeric },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: -7, max: 7 }), numeric).map(([k, x]) => `${k} * ${x}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(numeric, fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 5 }), numeric)
      .map(([x, op, k, y]) => `(${x} ${op} ${k} * ${y} + 3)`),
  },
  { weight: 1, arbitrary: fc.tuple(numeric, number).map(([x, c]) => `-(${x} - ${c})`) },
);
const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(sum, comparison, number).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(number, comparison, numeric).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: fc.constantFrom('employed', 'resident', 'employed == 1', 'resident != 1') },
  { weight: 2, arbitrary: codes.map((list) => `purpose in [${list.join(', ')}]`) },
  { weight: 1, arbitrary: fc.constantFrom('purpose in rare', 'income in round', '2 * age in round', 'true', 'false') },
);
const { policy } = fc.letrec<{ policy: string }>((tie) => ({
  policy: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    tie('policy').map((inner) => `!(${inner})`),
    fc.tuple(tie('policy'), tie('policy')).map(([l, r]) => `(${l} && ${r})`),
    fc.tuple(tie('policy'), tie('policy')).map(([l, r]) => `(${l} || ${r})`),
  ),
}));

// Near the constants of the policies, and at the ends of what the circuit shows of an attribute.
const encoded = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 270n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 99_900n, max: 100_300n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, (1n << 40n) - 1n, (1n << 40n) - 2n) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }) },
);
const applicant = fc.array(encoded, { minLength: 32, maxLength: 32 });

test('a compiled policy and the CEL library agree on every applicant', () => {
  let evaluations = 0;
  const values = new Set<boolean>();
  const kinds = { clauses: 0, sets: 0, conjunctions: 0 };
  const policies = fc.sample(policy, { numRuns: POLICIES, seed: 20_260 });
  const applicants = fc.sample(applicant, { numRuns: POLICIES * APPLICANTS, seed: 4 });
  for (const [index, text] of policies.entries()) {
    let compiled: ReturnType<typeof compilePolicy>;
    try {
      compiled = compilePolicy(samplePolicy(text, { sets }), sampleSchema);
    } catch (error) {
      assert.ok(error instanceof PolicyError && error.code === 'LIMIT_EXCEEDED', `${text}: ${error}`);
      continue;
    }
    kinds.clauses = Math.max(kinds.clauses, compiled.clauses.length);
    kinds.sets = Math.max(kinds.sets, compiled.sets.length);
    kinds.conjunctions = Math.max(kinds.conjunctions, compiled.conjunctions.length);
    const evaluate = celEvaluator(text, sampleSchema, sets);
    for (const x of applicants.slice(APPLICANTS * index, APPLICANTS * (index + 1))) {
      const expected = evaluate(x);
      assert.equal(evaluateCompiled(compiled, x), expected, `${text} on ${x}`);
      values.add(expected);
      evaluations++;
    }
  }
  assert.ok(evaluations >= 2_000, `only ${evaluations} evaluations`);
  assert.equal(values.size, 2);
  assert.ok(kinds.clauses >= 6 && kinds.sets >= 2 && kinds.conjunctions === 4, JSON.stringify(kinds));
});
