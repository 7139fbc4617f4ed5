import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON, registration, signers, trust } from '../test/world.ts';
import { checkEnvelope } from './check.ts';
import type { JsonObject } from './json.ts';
import { Ledger } from './ledger.ts';
import { REGISTRATION_KINDS } from './registration.ts';

// What nobody with a say has signed is refused by the first check, whatever it holds: nothing in it is used before that.

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  7,
  '',
  '__proto__',
  'constructor',
  [],
  ['acme'],
  { toString: 1 },
  { valueOf: null },
];

for (const kind of [...REGISTRATION_KINDS, 'constructor', 'valueof']) {
  test(`a registration (${kind}) that a stranger signed is refused for its signature, whatever it names`, async () => {
    for (const bank of ODD_VALUES) {
      const envelope = await registration(kind, { bank } as JsonObject, signers.stranger);
      const judgement = checkEnvelope(envelope, new Ledger(trust), trust, NOON);
      assert.deepEqual([judgement.result, 'check' in judgement && judgement.check], ['rejected', 'signature']);
    }
  });
}
