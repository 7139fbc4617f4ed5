import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { emptyRoot, leafHash } from './hash.ts';
import { openNote, parseNote, signNote } from './note.ts';
import { ed25519NoteSigner, encodeVerifierKey, noteKeyId, parseVerifierKey } from './note-key.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

// The example that golang.org/x/mod publishes with its notes: an implementation that is not ours.
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_SEED = new Uint8Array(Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64')).subarray(1);
const GO_TEXT =
  'If you think cryptography is the answer to your problem,\n' + "then you don't know what your problem is.\n";
const GO_NOTE =
  `${GO_TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ` +
  'SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

describe('notes and keys of another implementation', () => {
  test('are read, verified and made alike', async () => {
    const key = parseVerifierKey(GO_VKEY);
    assert.equal(key.name, 'PeterNeumann');
    assert.equal(key.keyId, 0xc74f20a3);
    const note = openNote(utf8(GO_NOTE), [key]);
    assert.equal(note.text, GO_TEXT);
    assert.equal(note.verified.length, 1);
    const signer = ed25519NoteSigner('PeterNeumann', GO_SEED);
    assert.equal(encodeVerifierKey(signer), GO_VKEY);
    assert.equal(text(await signNote(GO_TEXT, [signer])), GO_NOTE);
  });
});

const log = ed25519NoteSigner('log.example/assay', new Uint8Array(32).fill(1));
const witness = ed25519NoteSigner('witness.example', new Uint8Array(32).fill(2));
const logKey = parseVerifierKey(encodeVerifierKey(log));
const witnessKey = parseVerifierKey(encodeVerifierKey(witness));

describe('a signed note', () => {
  test('keeps every signature and tells known keys from unknown ones', async () => {
    const note = await signNote('text\n\nwith an empty line\n', [log, witness]);
    const parsed = parseNote(note);
    assert.equal(parsed.text, 'text\n\nwith an empty line\n');
    assert.deepEqual(
      parsed.signatures.map(({ name }) => name),
      [log.name, witness.name],
    );
    const opened = openNote(note, [witnessKey]);
    assert.deepEqual([opened.verified[0]?.name, opened.unverified[0]?.name], [witness.name, log.name]);
    assert.equal(openNote(note, [logKey, witnessKey]).verified.length, 2);
  });

  test('is refused without a known signature, or with one that does not verify', async () => {
    const note = text(await signNote('text\n', [log, witness]));
    const other = parseVerifierKey(encodeVerifierKey(ed25519NoteSigner(log.name, new Uint8Array(32).fill(9))));
    assert.throws(() => openNote(utf8(note), [other]), { code: 'signature-refused' });
    assert.throws(() => openNote(utf8(note), []), { code: 'signature-refused' });
    const changed = utf8(note.replace('text', 'next'));
    assert.throws(() => openNote(changed, [witnessKey]), { code: 'signature-refused' });
  });

  test('tolerates lines of kinds it does not know, such as a log witness writes', async () => {
    const cosignature = `\u2014 w.example ${Buffer.alloc(4 + 8 + 64, 5).toString('base64')}\n`;
    const note = utf8(text(await signNote('text\n', [log])) + cosignature);
    assert.equal(openNote(note, [logKey]).unverified[0]?.signature.length, 72);
  });

  test('counts a key once, however often its line is there', async () => {
    const note = text(await signNote('text\n', [log]));
    const line = note.slice(note.indexOf('\u2014'));
    assert.equal(openNote(utf8(note + line), [logKey]).verified.length, 1);
  });

  test('is refused where its form is broken', async () => {
    const note = text(await signNote('text\n', [log]));
    const line = note.slice(note.indexOf('\u2014'));
    const broken = {
      'no signature': 'text\n\n',
      'no empty line': `text\n${line}`,
      'no last newline': note.slice(0, -1),
      'a carriage return': note.replace('\n', '\r\n'),
      'a tab': note.replace('text', 'te\tt'),
      'a hyphen for the dash': note.replace('\u2014', '-'),
      'two spaces': note.replace('\u2014 ', '\u2014  '),
      'a plus in the name': note.replace('log.example', 'log+example'),
      'a wide space in the name': note.replace('log.example', 'log\u2003example'),
      'no padding': note.replace('=\n', '\n'),
      'stray bits in the padding': note.replace(/.=\n$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=\n`),
      'a short signature': 'text\n\n\u2014 log.example AAAA\n',
      'a line after the signatures': `${note}text\n`,
      'too many signatures': note + line.repeat(100),
    };
    for (const [why, wrong] of Object.entries(broken)) {
      assert.notEqual(wrong, note, why);
      assert.throws(() => parseNote(utf8(wrong)), { code: 'malformed' }, why);
    }
    assert.throws(() => parseNote(Uint8Array.of(...utf8(note), 0xff)), { code: 'malformed' });
  });

  test('has no byte that may change', async () => {
    const note = await signNote('text\n', [log]);
    note.forEach((_, at) => {
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = note.map((byte, n) => (n === at ? byte ^ bit : byte));
        assert.throws(() => openNote(changed, [logKey]), { name: 'TlogError' }, `byte ${at}`);
      }
    });
  });
});

describe('a verifier key', () => {
  test('is refused with a wrong id, type, length or name', () => {
    const vkey = encodeVerifierKey(log);
    assert.throws(() => parseVerifierKey(vkey.replace('assay', 'other')), { code: 'malformed' });
    assert.throws(() => parseVerifierKey(vkey.toUpperCase()), { code: 'malformed' });
    assert.throws(() => parseVerifierKey(`x+00000000+${Buffer.alloc(33, 4).toString('base64')}`), {
      code: 'key-unsupported',
    });
    assert.throws(() => parseVerifierKey('x+00000000+AQ=='), { code: 'malformed' });
    for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u0085b']) {
      assert.throws(() => noteKeyId(name, log.publicKey), { code: 'malformed' });
    }
    assert.throws(() => ed25519NoteSigner('x', new Uint8Array(31)), { code: 'malformed' });
  });
});

describe('a checkpoint', () => {
  const trust = { origin: log.name, logKeys: [logKey] };
  const head = { origin: log.name, size: 3, root: leafHash(Uint8Array.of(1)) };

  test('is opened as it was signed', async () => {
    const note = await signCheckpoint(head, [log]);
    const opened = openCheckpoint(note, trust);
    assert.deepEqual(
      { origin: opened.origin, size: opened.size, root: opened.root, extensions: opened.extensions },
      { ...head, extensions: [] },
    );
    assert.deepEqual(opened.note, note);
  });

  test("is refused when it is another log's, and when only a witness signed it", async () => {
    const note = await signCheckpoint({ ...head, origin: 'other' }, [log]);
    assert.throws(() => openCheckpoint(note, trust), { code: 'wrong-origin' });
    const byWitness = await signCheckpoint(head, [witness]);
    const both = { ...trust, otherKeys: [witnessKey] };
    assert.throws(() => openCheckpoint(byWitness, both), { code: 'signature-refused' });
    assert.equal(openCheckpoint(await signCheckpoint(head, [log, witness]), both).verified.length, 2);
  });

  test('is refused where its text is broken', () => {
    const root = Buffer.from(emptyRoot()).toString('base64');
    assert.equal(parseCheckpoint(`o\n0\n${root}\n`).size, 0);
    assert.equal(parseCheckpoint(`o\n9007199254740991\n${root}\n`).size, 2 ** 53 - 1);
    assert.deepEqual(parseCheckpoint(`o\n1\n${root}\nmore\n`).extensions, ['more']);
    const sizes = ['01', '-1', '1.0', '+1', '1e3', '', ' 1', '9007199254740992', '18446744073709551615'];
    for (const size of sizes)
      assert.throws(() => parseCheckpoint(`o\n${size}\n${root}\n`), { code: 'malformed' }, size);
    for (const wrong of [`\n1\n${root}\n`, `o\n1\n`, `o\n1\n${root}`, `o\n1\n${root}\n\n`, 'o\n1\nAAAA\n', '']) {
      assert.throws(() => parseCheckpoint(wrong), { code: 'malformed' }, JSON.stringify(wrong));
    }
  });

  test('is not written with a line break in its origin or a size that is none', async () => {
    await assert.rejects(signCheckpoint({ ...head, origin: 'a\nb' }, [log]), { code: 'malformed' });
    await assert.rejects(signCheckpoint({ ...head, size: 2 ** 53 }, [log]), { code: 'out-of-range' });
    await assert.rejects(signCheckpoint({ ...head, root: new Uint8Array(31) }, [log]), { code: 'malformed' });
  });
});
