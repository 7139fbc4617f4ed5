import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import {
  cosignatureTime,
  cosignCheckpoint,
  encodeWitnessKey,
  parseWitnessKey,
  withCosignatures,
} from './cosignature.ts';
import { openNote, parseNote } from './note.ts';
import { ed25519NoteSigner, encodeVerifierKey, parseVerifierKey } from './note-key.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const log = ed25519NoteSigner('log.example', new Uint8Array(32).fill(1));
const logKey = parseVerifierKey(encodeVerifierKey(log));
const witnesses = [2, 3].map((seed) => ed25519NoteSigner(`witness.example/w${seed}`, new Uint8Array(32).fill(seed)));
const [first, second] = witnesses as [(typeof witnesses)[0], (typeof witnesses)[0]];
const keys = witnesses.map((witness) => parseWitnessKey(encodeWitnessKey(witness)));
const TIME = 1_679_315_147;
const note = await signCheckpoint({ origin: log.name, size: 3, root: new Uint8Array(32).fill(7) }, [log]);
const { text } = parseNote(note);
const line = await cosignCheckpoint(text, first, TIME);

describe('a cosignature', () => {
  // The line is the one that the specification prints; its key is not published, its time is.
  test('has the form of C2SP tlog-cosignature', () => {
    const bytes = Buffer.from(
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==',
      'base64',
    );
    assert.equal(cosignatureTime(bytes.subarray(4)), TIME);
    const { signature } = parseNote(utf8(`${text}\n${line}`)).signatures[0]!;
    assert.equal(signature.length, bytes.length - 4);
    assert.equal(cosignatureTime(signature), TIME);
  });

  test('is verified with the time that it carries, over the whole text', async () => {
    const whole = withCosignatures(note, utf8(line), keys);
    const { verified } = openCheckpoint(whole, { origin: log.name, logKeys: [logKey], otherKeys: keys });
    assert.deepEqual(
      verified.map(({ name }) => name),
      [log.name, first.name],
    );
    const { signature } = parseNote(utf8(`${text}\n${line}`)).signatures[0]!;
    for (const at of [0, 7, 8, 71]) {
      const changed = signature.with(at, signature[at]! ^ 1);
      assert.equal(keys[0]!.verify(utf8(text), changed), false, `byte ${at}`);
    }
    assert.equal(keys[0]!.verify(utf8(text.replace('3', '4')), signature), false);
    assert.equal(keys[0]!.verify(utf8(text), signature.slice(8)), false);
    assert.equal(keys[1]!.verify(utf8(text), signature), false);
  });

  test('is no signature of the log, nor one of a note', () => {
    const asNote = utf8(`${text}\n${line}`);
    assert.throws(() => openCheckpoint(asNote, { origin: log.name, logKeys: [logKey], otherKeys: keys }), {
      code: 'signature-refused',
    });
    assert.throws(() => openNote(asNote, [parseVerifierKey(encodeVerifierKey(first))]), { code: 'signature-refused' });
    assert.throws(() => parseWitnessKey(encodeVerifierKey(first)), { code: 'key-unsupported' });
    assert.throws(() => parseVerifierKey(encodeWitnessKey(first)), { code: 'key-unsupported' });
  });
});

describe('lines of log witnesses', () => {
  test('are added once, known ones alone, and those that verify', async () => {
    const other = await cosignCheckpoint(text, second, TIME + 1);
    const stranger = await cosignCheckpoint(
      text,
      ed25519NoteSigner('stranger.example', new Uint8Array(32).fill(9)),
      TIME,
    );
    const wrong = await cosignCheckpoint(text.replace('3', '4'), second, TIME);
    const once = withCosignatures(note, utf8(line), keys);
    assert.deepEqual(withCosignatures(once, utf8(line), keys), once);
    assert.deepEqual(withCosignatures(note, utf8(line + stranger + wrong), keys), once);
    const both = withCosignatures(once, utf8(other), keys);
    assert.equal(new TextDecoder().decode(both), new TextDecoder().decode(note) + line + other);
  });

  test('that are none are refused', () => {
    for (const lines of ['', 'x\n', `${line}\n${line}`, `a\n\n${line}`, line.trimEnd(), '\u2014 a b\n']) {
      assert.throws(() => withCosignatures(note, utf8(lines), keys), { code: 'malformed' }, JSON.stringify(lines));
    }
  });
});
