import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileCircuit } from '../../test/compile-circuit.ts';
import { needsNative } from '../../test/native.ts';
import { assertSameAnswer, rivalsOf } from '../../test/same-witness.ts';
import { SCALAR_FIELD_ORDER } from '../bn254.ts';

/** Where operators change what they do, and values without a pattern. */
const EDGES = [
  ...[0n, 1n, 2n, 3n, 5n, 7n, 253n, 254n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 64n, 2n ** 253n],
  ...[SCALAR_FIELD_ORDER / 2n, SCALAR_FIELD_ORDER / 2n + 1n, 0x1234_5678_9abc_def0n ** 4n % SCALAR_FIELD_ORDER],
].flatMap((value) => [value, (SCALAR_FIELD_ORDER - value) % SCALAR_FIELD_ORDER]);
const element = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: 0n, max: SCALAR_FIELD_ORDER - 1n }),
);
const ROUNDS = 150;

test('every operator gives what it gives in the calculator, on signals and on constants', needsNative, async () => {
  const binary = ['+', '-', '*', '/', '**', '<<', '>>', '&', '|', '^', '==', '!=', '<', '<=', '>', '>='];
  const expressions = [
    ...binary.flatMap((operator) => [`a ${operator} b`, `a ${operator} 5`, `5 ${operator} b`, `a ${operator} (0 - 3)`]),
    ...['-a', '~a', '!(a == b) ? a : b', '(a < b) && (b < 7) ? 1 : 2', '(a < b) || (b < 7) ? 1 : 2', 'a ? b : 3'],
    ...[
      'a & 1',
      'a & 65535',
      '(a >> 3) & 1',
      '(a >> 253) & 1',
      '(a >> b) & 1',
      '(a & 1) * (a & 2)',
      '(a & 1) * (b & 1)',
    ],
    ...[
      '(a & 1) + ((a >> 1) & 1) * 2 + ((a >> 2) & 1) * 4',
      '((a >> 3) & 1) + ((a >> 3) & 1) * 8',
      'a * b + b * b - a',
    ],
    ...[
      '(a & 1) - 1',
      '1 - (a & 1)',
      '((a & 1) - 1) * (a & 1)',
      'a / 7',
      '7 / a',
      'a - (b * 3) - (a * b)',
      'a - (b - a)',
    ],
  ];
  const rivals = await rivalsOf(
    await compileCircuit(`
      template Operators() {
        signal input a;
        signal input b;
        signal output out[${expressions.length}];
        ${expressions.map((expression, i) => `out[${i}] <-- ${expression};`).join('\n')}
      }
      component main = Operators();`),
  );
  for (const a of EDGES) for (const b of EDGES) assert.equal(assertSameAnswer(rivals, { a, b }), 'accepted');
  fc.assert(
    fc.property(element, element, (a, b) => assertSameAnswer(rivals, { a, b }) === 'accepted'),
    { numRuns: ROUNDS },
  );
});

test(
  'quotient and remainder refuse a zero divisor, where the calculator divides and nowhere else',
  needsNative,
  async () => {
    const rivals = await rivalsOf(
      await compileCircuit(`
      function ratio(a, b) {
        if (b == 0) { return 9; }
        return a \\ b;
      }
      template Division() {
        signal input a;
        signal input b;
        signal input divide;
        signal output out[4];
        out[0] <-- ratio(a, b);
        out[1] <-- divide == 1 ? a \\ b : a;
        out[2] <-- divide == 1 ? a % b : b;
        out[3] <-- a \\ (b * b + 1);
      }
      component main = Division();`),
    );
    for (const a of EDGES)
      for (const b of EDGES) for (const divide of [0n, 1n]) assertSameAnswer(rivals, { a, b, divide });
    assert.match(assertSameAnswer(rivals, { a: 1n, b: 0n, divide: 1n }), /cannot be evaluated by the circuit$/);
    assert.equal(assertSameAnswer(rivals, { a: 1n, b: 0n, divide: 0n }), 'accepted');
  },
);

test('functions may branch, return early, loop and assert on what depends on inputs', needsNative, async () => {
  const rivals = await rivalsOf(
    await compileCircuit(`
      function nested(a, b) {
        var result = 1;
        if (a < b) {
          if (a == 3) { return 30; }
          result = a * 2;
        } else if (b == 4) {
          result = 44;
        }
        var steps[5];
        for (var i = 0; i < 5; i++) {
          steps[i] = a + i * result;
          if (steps[i] > 20) {
            steps[i] -= 20;
            assert(steps[i] < 1000);
          }
        }
        if (b == 6) { return steps[1]; }
        return steps[4] + steps[0];
      }
      function deeper(a, b) {
        var value = nested(a, b) + 1;
        if (value == 7) { value = nested(b, a); }
        return value;
      }
      function pair(a, b) {
        var both[2] = [b, a];
        if (a > b) { both[0] = a; both[1] = b; }
        return both;
      }
      template Branches() {
        signal input a;
        signal input b;
        signal output out[4];
        out[0] <-- deeper(a, b);
        out[1] <-- a == 0 ? 0 : (b == 0 ? 1 / a : 1 / (a + b));
        var sorted[2] = pair(a, b);
        out[2] <-- sorted[0];
        out[3] <-- sorted[1];
      }
      component main = Branches();`),
  );
  const answers = new Set<string>();
  for (let a = 0n; a < 9n; a++) for (let b = 0n; b < 9n; b++) answers.add(assertSameAnswer(rivals, { a, b }));
  fc.assert(
    fc.property(element, element, (a, b) => {
      answers.add(assertSameAnswer(rivals, { a, b }));
    }),
    { numRuns: ROUNDS },
  );
  // An assertion of a function is named by the line of the template that calls it.
  assert.deepEqual([...answers].map((answer) => answer.replace(/\d+/g, 'N')).sort(), [
    'accepted',
    'the inputs do not satisfy the circuit at Branches_N line N',
  ]);
});

test('the first check that fails is named, through all components around it', needsNative, async () => {
  const rivals = await rivalsOf(
    await compileCircuit(`
      bus Point() { signal x; signal y; }
      template Same(n) {
        signal input a[n];
        signal input b[n];
        signal output out[n];
        a === b;
        out <== a;
      }
      template Small(limit) {
        signal input in;
        assert(in < limit);
        signal output out <== in * in;
      }
      template Swap() {
        input Point() p;
        output Point() q;
        q.x <== p.y;
        q.y <== p.x;
        p.x * p.y === 12;
      }
      template Outer(n) {
        signal input a[n];
        signal input b[n];
        signal output out[n];
        component same = Same(n);
        same.a <== a;
        same.b <== b;
        component small[n];
        for (var i = 0; i < n; i++) {
          small[i] = Small(10 + i);
          small[i].in <== same.out[i];
          out[i] <== small[i].out;
        }
      }
      template Main() {
        signal input a[3];
        signal input b[3];
        signal input more[2][2];
        signal output out[3];
        Point() p;
        p.x <== more[0][0];
        p.y <== more[0][1];
        Point() q <== Swap()(p);
        out <== Outer(3)(a, b);
        q.x === more[1][0];
        log("never shown", q.y);
        q.y * more[1][1] === 0;
      }
      component main { public [a] } = Main();`),
  );
  const valid = {
    a: [1n, 2n, 3n],
    b: [1n, 2n, 3n],
    more: [
      [3n, 4n],
      [4n, 0n],
    ],
  };
  assert.equal(assertSameAnswer(rivals, valid), 'accepted');
  const small = fc.oneof({ weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 12n }) }, element);
  const triple = fc.array(small, { minLength: 3, maxLength: 3 });
  const square = fc.array(fc.array(small, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 });
  const answers = new Set<string>();
  fc.assert(
    fc.property(triple, triple, square, fc.boolean(), fc.boolean(), (a, b, more, equal, fixed) => {
      answers.add(assertSameAnswer(rivals, { a, b: equal ? a : b, more: fixed ? valid.more : more }));
    }),
    { numRuns: 2 * ROUNDS },
  );
  assert.ok(answers.size > 4, `only these answers came: ${[...answers].join('; ')}`);
});
