import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chain, FIELD_ORDER, IndexedTree } from '@assay/field';
import { compilePolicy } from './compile-policy.ts';
import { PolicyError, type PolicyErrorCode } from './error.ts';
import { evaluateCompiled } from './evaluate-compiled.ts';
import { policySignals } from './policy-signals.ts';
import { samplePolicy, sampleSchema } from './sample.ts';

const NONE = (1n << 84n) - 1n;

function compile(cel: string, rest = {}) {
  return compilePolicy(samplePolicy(cel, rest), sampleSchema);
}

function refuses(cel: string, code: PolicyErrorCode, place?: string, rest = {}): void {
  assert.throws(
    () => compile(cel, rest),
    (error) => {
      assert.ok(error instanceof PolicyError, `${error}`);
      assert.equal(error.code, code, error.message);
      if (place !== undefined) assert.equal(`${error.position?.line}:${error.position?.column}`, place, error.message);
      return true;
    },
  );
}

describe('compiling a policy', () => {
  test('turns smallest units into encoded ones', () => {
    const { clauses, conjunctions } = compile('income >= 250000 && age < 75');
    // income: minScaled is -100000; age: minScaled is 18.
    assert.deepEqual(clauses, [
      { i: 0, j: 0, a: 1n, b: 0n, lo: 350_000n, hi: NONE },
      { i: 4, j: 0, a: 1n, b: 0n, lo: -NONE, hi: 56n },
    ]);
    assert.deepEqual(conjunctions, [0b11]);
  });

  test('writes equal conditions as one clause', () => {
    const { clauses } = compile(
      '(2 * income - 4 * debt >= 6 && age >= 21) || (employed && 2 * debt <= income - 3 && !(age >= 30))',
    );
    assert.equal(clauses.length, 4);
    assert.deepEqual(clauses[0], { i: 0, j: 1, a: 1n, b: -2n, lo: 100_003n, hi: NONE });
  });

  test('merges bounds on one sum and drops what cannot or need not hold', () => {
    assert.deepEqual(compile('age >= 21 && age < 65').clauses, [{ i: 4, j: 0, a: 1n, b: 0n, lo: 3n, hi: 46n }]);
    assert.deepEqual(compile('age < 21 && age > 30').conjunctions, []);
    assert.deepEqual(compile('age >= 21 || (age >= 30 && employed)').conjunctions, [1]);
    assert.deepEqual(compile('debt >= 0').conjunctions, [0]);
    assert.deepEqual(compile('debt < 0').conjunctions, []);
  });

  test('an empty disjunction is false, an empty conjunction true', () => {
    const x = new Array<bigint>(32).fill(0n);
    assert.equal(evaluateCompiled(compile('false'), x), false);
    assert.equal(evaluateCompiled(compile('true'), x), true);
  });

  test('lists become intervals where they can, sets where they must', () => {
    assert.deepEqual(compile('purpose in [2, 3, 1]').clauses, [{ i: 17, j: 0, a: 1n, b: 0n, lo: 1n, hi: 3n }]);
    const { sets, conjunctions } = compile('purpose in [13, 0, 5] && !(purpose in rare)', { sets: { rare: [3, 13] } });
    assert.deepEqual(
      sets.map(({ slot, negated, values }) => ({ slot, negated, values })),
      [
        { slot: 17, negated: false, values: [0n, 5n, 13n] },
        { slot: 17, negated: true, values: [3n, 13n] },
      ],
    );
    assert.equal(sets[0]!.tree.root, new IndexedTree(2, [1n, 6n, 14n]).root);
    assert.deepEqual(conjunctions, [0b11 << 12]);
  });

  test('a flag stands alone or compares with 0 and 1', () => {
    const [alone] = compile('employed').clauses;
    assert.deepEqual(alone, { i: 30, j: 0, a: 1n, b: 0n, lo: 1n, hi: NONE });
    assert.deepEqual(compile('!employed').clauses, compile('employed == 0').clauses);
    assert.deepEqual(compile('employed == 1').clauses, [{ i: 30, j: 0, a: 1n, b: 0n, lo: 1n, hi: 1n }]);
  });

  test('masks name the required slots', () => {
    const { attestedMask, identityMask } = compile('true', {
      requireAttested: ['income', 'age'],
      requireIdentity: ['age', 'resident'],
    });
    assert.equal(attestedMask, 0b10001n);
    assert.equal(identityMask, (1n << 31n) | 0b10000n);
  });
});

describe('the policy hash', () => {
  const text = 'age >= 21 && (purpose in [0, 5] || income - debt > 0)';

  test('is the chain of the specification', () => {
    const policy = compile(text, { ordinalMax: 3, requireAttested: ['income'], requireIdentity: ['age'] });
    const root = new IndexedTree(2, [1n, 6n]).root;
    const clauses = [1n, 0n, 3n, FIELD_ORDER - 0n - (FIELD_ORDER - NONE), 1n, FIELD_ORDER - 1n, 100_001n, NONE];
    // Clause 0 reads slot 4, clause 1 slots 0 and 1; set clause 0 slot 17; two conjunctions: {0, set 0} and {0, 1}.
    const shape =
      4n + (1n << 15n) + (17n << 120n) + (1n << 144n) + (0b1_0000_0000_0001n << 145n) + (1n << 161n) + (0b11n << 162n);
    const elements = [
      sampleSchema.id,
      1n,
      1n << 4n,
      3n,
      shape,
      ...clauses,
      ...new Array(40).fill(0n),
      root,
      0n,
      0n,
      0n,
    ];
    assert.equal(elements.length, 57);
    assert.equal(policySignals(policy).shape, shape);
    assert.equal(policy.policyHash, chain('policy', elements));
  });

  test('is recomputed from the text, and differs for every other policy', () => {
    const hash = compile(text).policyHash;
    assert.equal(compile(`  ${text.replace('>= 21', '> 20')} `).policyHash, hash);
    const others = [
      compile('age >= 22 && (purpose in [0, 5] || income - debt > 0)'),
      compile('age >= 21 && (purpose in [0, 8] || income - debt > 0)'),
      compile('age >= 21 && (!(purpose in [0, 5]) || income - debt > 0)'),
      compile('age >= 21 && (purpose in [0, 5] && income - debt > 0)'),
      compile(text, { ordinalMax: 1 }),
      compile(text, { requireAttested: ['age'] }),
      compile(text, { requireIdentity: ['age'] }),
    ].map(({ policyHash }) => policyHash);
    assert.equal(new Set([hash, ...others]).size, others.length + 1);
  });
});

describe('a policy is refused', () => {
  const cases: [cel: string, code: PolicyErrorCode, place?: string][] = [
    ['age >', 'SYNTAX', '1:5'],
    ['age >= 21 &&\n  heigth < 5', 'UNKNOWN_IDENTIFIER', '2:3'],
    ['purpose in listed', 'UNKNOWN_IDENTIFIER'],
    ['income > 1.5', 'UNSUPPORTED', '1:10'],
    ['income / 2 > 1', 'UNSUPPORTED'],
    ['income % 2 == 1', 'UNSUPPORTED'],
    ['income > "a"', 'UNSUPPORTED'],
    ['income > 3u', 'UNSUPPORTED'],
    ['income > null', 'UNSUPPORTED'],
    ['employed ? age > 3 : age > 4', 'UNSUPPORTED'],
    ['[1, 2].exists(x, x == age)', 'UNSUPPORTED'],
    ['purpose in {1: 2}', 'UNSUPPORTED'],
    ['size([age]) == 1', 'UNSUPPORTED'],
    ['income.debt > 1', 'UNSUPPORTED'],
    ['age in [debt]', 'UNSUPPORTED'],
    ['employed == true', 'TYPE'],
    ['age', 'TYPE', '1:1'],
    ['age + (age > 3) > 2', 'TYPE'],
    ['income * debt > 3', 'NOT_LINEAR'],
    ['income + debt + age > 3', 'TOO_MANY_ATTRIBUTES'],
    ['income * 9000000 > 3', 'OVERFLOW'],
    ['income > 9223372036854775808', 'OVERFLOW'],
    ['4000000 * (3000000 * income) > 3', 'OVERFLOW', '1:8'],
    ['purpose in [1, 4]', 'OUT_OF_RANGE'],
    ['age in [17, 20]', 'OUT_OF_RANGE'],
    ['age != 20 && debt != 1 && opened != 4', 'LIMIT_EXCEEDED'],
    [Array.from({ length: 13 }, (_, k) => `income - ${k + 1} * debt > 0`).join(' && '), 'LIMIT_EXCEEDED'],
    [Array.from({ length: 5 }, (_, k) => `age in [${20 + k}, ${50 + 2 * k}]`).join(' && '), 'LIMIT_EXCEEDED'],
    [`age in [${Array.from({ length: 64 }, (_, k) => 18 + k + (k > 5 ? 1 : 0)).join(', ')}]`, 'LIMIT_EXCEEDED'],
    [
      Array.from({ length: 12 }, (_, k) => `(income > ${k + 1} * debt || age > ${k + 1} * opened)`).join(' && '),
      'LIMIT_EXCEEDED',
    ],
  ];
  for (const [cel, code, place] of cases) test(`${code}: ${cel.slice(0, 60)}`, () => refuses(cel, code, place));

  test('a coefficient of 2^40 or more', () => {
    // 2^40 times a flag passes 64 bits for the 40-bit values that the circuit allows, so CEL's own limit comes first.
    refuses(`${1n << 40n} * employed > 3`, 'OVERFLOW');
  });

  test('documents that break their schema, or name what there is not', () => {
    refuses('true', 'INVALID_DOCUMENT', undefined, { ordinalMax: 65_536 });
    refuses('true', 'INVALID_DOCUMENT', undefined, { extra: 1 });
    refuses('true', 'INVALID_DOCUMENT', undefined, { sets: { rare: [1.5] } });
    refuses('true', 'INVALID_DOCUMENT', undefined, { sets: { age: [1] } });
    refuses('true', 'INVALID_DOCUMENT', undefined, { requireAttested: ['height'] });
    assert.throws(() => compilePolicy(null, sampleSchema), { code: 'INVALID_DOCUMENT' });
  });
});
