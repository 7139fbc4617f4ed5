import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cosignCheckpoint, ed25519NoteSigner, encodeVerifierKey, encodeWitnessKey, parseNote } from '@assay/tlog';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { Bench } from '../test/bench.ts';
import { logged } from '../test/logged.ts';
import { jsonBytes, trustJson } from '../test/world.ts';
import { openHead, requireHead } from './head.ts';
import { parseTrust } from './trust.ts';

const own = [7, 8, 9].map((seed) => ed25519NoteSigner(`witness.example/w${seed}`, new Uint8Array(32).fill(seed)));
const witnesses = own.slice(0, 2).map((signer, n) => ({ name: `city-${n}`, verifierKey: encodeWitnessKey(signer) }));
const trusting = (changes: object) => parseTrust(jsonBytes({ ...trustJson(), ...changes }));
const { note } = (await logged(await Bench.registered())).checkpoint();
const { text } = parseNote(note);
const lines = await Promise.all(own.map((signer, n) => cosignCheckpoint(text, signer, 1000 + n)));
const cosigned = (...which: readonly number[]): Uint8Array =>
  utf8ToBytes(new TextDecoder().decode(note) + which.map((n) => lines[n]).join(''));

test('trusted log witnesses are named, with the time that they give; others say nothing', () => {
  const { cosigners } = openHead(cosigned(0, 2), trusting({ witnesses }));
  assert.deepEqual(cosigners, [{ name: 'city-0', at: 1_000_000 }]);
  assert.deepEqual(openHead(cosigned(0, 1, 2), trusting({})).cosigners, []);
});

test('as many as the trust configuration requires have to have cosigned', () => {
  const trust = trusting({ witnesses, requiredWitnesses: 2 });
  assert.equal(requireHead(cosigned(0, 1), trust).cosigners.length, 2);
  for (const which of [[], [0], [0, 0], [0, 2]]) {
    assert.throws(() => requireHead(cosigned(...which), trust), { code: 'head', message: /2 are required/ });
  }
  assert.equal(requireHead(cosigned(1), trusting({ witnesses, requiredWitnesses: 1 })).cosigners.length, 1);
});

test('a line in the name of a trusted log witness that it did not make is refused', () => {
  const forged = lines[0]!.replace(/.{6}\n$/, 'AAAA==\n');
  assert.throws(() => openHead(utf8ToBytes(new TextDecoder().decode(note) + forged), trusting({ witnesses })), {
    code: 'head',
  });
});

for (const [what, changes] of Object.entries({
  'a key of notes': { witnesses: [{ name: 'a', verifierKey: encodeVerifierKey(own[0]!) }] },
  'a key that is none': { witnesses: [{ name: 'a', verifierKey: 'x' }] },
  'a name twice': { witnesses: witnesses.map((one) => ({ ...one, name: 'a' })) },
  'a key under two names': { witnesses: [witnesses[0], { ...witnesses[0], name: 'b' }] },
  'the material of a key under two names': {
    witnesses: [witnesses[0], { name: 'b', verifierKey: encodeWitnessKey({ ...own[0]!, name: 'other.example' }) }],
  },
  'more required than there are': { witnesses, requiredWitnesses: 3 },
  'a count that is none': { witnesses, requiredWitnesses: 0.5 },
  'no list': { witnesses: {} },
  'a member that is none': { witnesses: [{ ...witnesses[0], url: 'x' }] },
})) {
  test(`a trust configuration is refused: ${what}`, () => {
    assert.throws(() => trusting(changes), { name: 'VerifyError' });
  });
}
