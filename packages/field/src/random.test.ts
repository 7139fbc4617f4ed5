import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FIELD_ORDER } from './fr.ts';
import { randomFr, randomScalar } from './random.ts';
import { reduceScalar, SUBGROUP_ORDER, scalar } from './scalar.ts';

/** A uniform draw misses one given eighth of its range with probability (7/8)^400 < 10^-23. */
function fillsItsRange(draw: () => bigint, bound: bigint): void {
  const values = Array.from({ length: 400 }, draw);
  assert.ok(values.every((value) => value >= 0n && value < bound));
  assert.equal(new Set(values).size, values.length);
  assert.equal(new Set(values.map((value) => (8n * value) / bound)).size, 8);
}

suite('random numbers', () => {
  test('fill the field', () => fillsItsRange(randomFr, FIELD_ORDER));
  test('fill the scalars', () => fillsItsRange(randomScalar, SUBGROUP_ORDER));
});

suite('scalars', () => {
  test('are canonical or refused', () => {
    assert.equal(scalar(SUBGROUP_ORDER - 1n), SUBGROUP_ORDER - 1n);
    for (const outside of [-1n, SUBGROUP_ORDER]) assert.throws(() => scalar(outside), { code: 'NOT_CANONICAL' });
    assert.equal(reduceScalar(-1n), SUBGROUP_ORDER - 1n);
    assert.equal(reduceScalar(SUBGROUP_ORDER + 5n), 5n);
  });
});
