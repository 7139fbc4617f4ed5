import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './tally.ts';

test('a run in which all passed ends with the counts alone', () => {
  const tally = new Tally();
  tally.add('a', { kind: 'passed' });
  tally.add('b', { kind: 'passed' });
  assert.deepEqual(tally.summary(), ['2 passed, 0 failed']);
  assert.equal(tally.succeeded, true);
});

test('what was skipped or failed is named, and counted in the last line', () => {
  const tally = new Tally();
  tally.add('a', { kind: 'passed' });
  tally.add('b', { kind: 'skipped', reason: 'no engine' });
  tally.add('c', { kind: 'failed', reason: 'boom' });
  assert.deepEqual(tally.summary(), ['skipped: b (no engine)', 'failed: c', '1 passed, 1 failed, 1 skipped']);
  assert.equal(tally.succeeded, false);
});

test('a run of nothing has not succeeded, nor has one that skipped everything', () => {
  const tally = new Tally();
  assert.equal(tally.succeeded, false);
  tally.add('a', { kind: 'skipped', reason: 'no engine' });
  assert.equal(tally.succeeded, false);
  assert.equal(tally.summary().at(-1), '0 passed, 0 failed, 1 skipped');
});
