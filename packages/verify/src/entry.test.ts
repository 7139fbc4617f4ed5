import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { decodeEntry, type Entry, encodeEntry } from './entry.ts';
import { VerifyError } from './error.ts';

const head = 'ab'.repeat(32);
const payload = { sha256: 'cd'.repeat(32), size: 1234 };
const receivedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

const ENTRIES: Readonly<Record<string, Entry>> = {
  accepted: { kind: 'accepted', statement: 'eligibility', bank: 'acme', receivedAt, registryHead: head, payload },
  'accepted with a table': {
    kind: 'accepted',
    statement: 'fairness',
    bank: 'acme',
    receivedAt,
    registryHead: head,
    payload,
    attachments: ['ef'.repeat(32)],
  },
  rejected: { kind: 'rejected', bank: 'acme', receivedAt, registryHead: head, payload, reason: 'INTAKE_CLOSED' },
  registration: { kind: 'registration', receivedAt, registryHead: head, payload },
  withdrawal: { kind: 'withdrawal', bank: 'acme', receivedAt, registryHead: head, payload },
};

for (const [name, entry] of Object.entries(ENTRIES)) {
  test(`an entry (${name}) is written in RFC 8785 canonical form, and read back`, () => {
    const text = new TextDecoder().decode(encodeEntry(entry));
    assert.equal(text, canonicalize(JSON.parse(text)));
    assert.deepEqual(decodeEntry(encodeEntry(entry)), entry);
  });
}

const text = new TextDecoder().decode(encodeEntry(ENTRIES['accepted with a table']!));
const json = JSON.parse(text) as Record<string, unknown>;
const changed = (changes: Record<string, unknown>): string => canonicalize({ ...json, ...changes }) as string;

const BAD: Readonly<Record<string, string>> = {
  'trailing white space': `${text} `,
  'a trailing byte': `${text}x`,
  'another order of members': JSON.stringify(Object.fromEntries(Object.entries(json).reverse())),
  'a repeated member': text.replace('{', '{"attachments":[],'),
  'white space inside': text.replace(',', ', '),
  'an unknown member': changed({ zzz: 1 }),
  'another version': changed({ v: 2 }),
  'no version': changed({ v: undefined }),
  'an unknown kind': changed({ kind: 'noted' }),
  'no kind': changed({ kind: undefined }),
  'an unknown statement': changed({ statement: 'guess' }),
  'a statement that is no text': changed({ statement: 1 }),
  'an accepted entry without a statement': changed({ statement: undefined }),
  'a registration with a statement': changed({ kind: 'registration' }),
  'an accepted entry with a reason': changed({ reason: 'X' }),
  'a rejected entry without one': changed({ kind: 'rejected' }),
  'a reason in small letters': changed({ kind: 'rejected', reason: 'x' }),
  'a bank with capitals': changed({ bank: 'Acme' }),
  'a time without milliseconds': changed({ receivedAt: '2026-01-02T03:04:05Z' }),
  'a time in another zone': changed({ receivedAt: '2026-01-02T03:04:05.006+00:00' }),
  'a time that is none': changed({ receivedAt: 'noon' }),
  'no time': changed({ receivedAt: undefined }),
  'a short registry head': changed({ registryHead: 'ab' }),
  'a registry head in capitals': changed({ registryHead: head.toUpperCase() }),
  'no payload': changed({ payload: undefined }),
  'a payload with more': changed({ payload: { ...payload, name: 'x' } }),
  'a payload without a size': changed({ payload: { sha256: payload.sha256 } }),
  'a size of zero': changed({ payload: { ...payload, size: 0 } }),
  'a size that is no integer': changed({ payload: { ...payload, size: 1.5 } }),
  'a size as text': changed({ payload: { ...payload, size: '1' } }),
  'no attachment in the list': changed({ attachments: [] }),
  'too many attachments': changed({ attachments: new Array(9).fill(head) }),
  'an attachment that is no digest': changed({ attachments: ['x'] }),
  'no object': '[]',
  'no JSON': '{',
};

for (const [what, bytes] of Object.entries(BAD)) {
  test(`an entry is refused: ${what}`, () => {
    assert.throws(() => decodeEntry(utf8ToBytes(bytes)), VerifyError);
  });
}

test('an entry is refused: bytes that are no UTF-8', () => {
  assert.throws(() => decodeEntry(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), VerifyError);
});
