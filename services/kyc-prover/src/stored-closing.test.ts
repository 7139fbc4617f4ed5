import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fr, scalar } from '@assay/field';
import type { StoredClosing } from './application-store.ts';
import { decodeClosing, encodeClosing } from './stored-closing.ts';

const TALLY = { groups: [0, 7, 3, 0], approved: true, blinding: scalar(2n ** 250n) };
const CLOSINGS: readonly StoredClosing[] = [
  {
    kind: 'decision',
    outcome: 'referred',
    eligible: true,
    tally: undefined,
    tallySalt: new Uint8Array(32).fill(7),
    reasons: [],
  },
  {
    kind: 'manual-decision',
    outcome: 'approved',
    eligible: true,
    tally: TALLY,
    tallySalt: new Uint8Array(32).fill(9),
    reasons: [3, 31],
    officer: { id: fr(4711n), salt: fr(2n ** 253n) },
  },
];

for (const closing of CLOSINGS) {
  test(`what opens a ${closing.kind} is read back whole`, () => {
    assert.deepEqual(decodeClosing(encodeClosing(closing)), closing);
  });
}
