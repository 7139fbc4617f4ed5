import assert from 'node:assert/strict';
import type { Forgery } from './forger.ts';

/** Asserts that a forgery is refused, and by nothing but constraints on signals that match. */
export function assertRefusedBy(forgery: Forgery, culprit: RegExp): void {
  assertRefused(forgery, culprit);
  const others = forgery.signals.filter((signals) => !signals.some((signal) => culprit.test(signal)));
  assert.deepEqual(
    others.map((signals) => signals.slice(0, 6)),
    [],
    `other constraints than those on ${culprit} refused it`,
  );
}

/** Asserts that a forgery is refused, among others by a constraint on signals that match. */
export function assertRefused(forgery: Forgery, culprit: RegExp): void {
  assert.notEqual(forgery.violated.length, 0, 'the circuit accepts the forgery');
  assert.ok(
    forgery.signals.some((signals) => signals.some((signal) => culprit.test(signal))),
    `no constraint on ${culprit} refused it, but ${forgery.signals.flat().slice(0, 5).join(', ')} did`,
  );
}
