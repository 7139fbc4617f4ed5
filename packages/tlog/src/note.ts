import { concatBytes, decodeBase64, decodeUtf8, encodeBase64 } from './bytes.ts';
import { TlogError } from './error.ts';
import { isKeyName, type NoteSigner, type NoteVerifier, noteKeyId } from './note-key.ts';

/** Most signature lines a note may have: more than any log and its witnesses need, few enough to check. */
export const MAX_NOTE_SIGNATURES = 100;

/** One signature line of a note. */
export type NoteSignature = {
  readonly name: string;
  readonly keyId: number;
  /** The bytes after the key id. */
  readonly signature: Uint8Array;
};

/** A signed note, parsed but not verified: nothing in it may be relied on. */
export type ParsedNote = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A note that a known key signed. */
export type VerifiedNote = {
  /** The signed text, with its final newline. */
  readonly text: string;
  /** The keys that were known and whose signatures verified, each once, in the note's order. */
  readonly verified: readonly NoteSignature[];
  /** Lines by unknown keys. They say nothing. */
  readonly unverified: readonly NoteSignature[];
};

/**
 * Reads a signed note (C2SP signed-note) without verifying it.
 *
 * @throws TlogError `malformed`
 */
export function parseNote(note: Uint8Array): ParsedNote {
  const whole = decodeUtf8(note, 'the note');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: notes must not hold any but newlines
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw malformed('it has a control character');
  const end = whole.lastIndexOf('\n\n');
  if (end < 0 || !whole.endsWith('\n')) throw malformed('it has no signature lines after an empty line');
  const lines = whole
    .slice(end + 2)
    .split('\n')
    .slice(0, -1);
  if (lines.length === 0) throw malformed('it is not signed');
  if (lines.length > MAX_NOTE_SIGNATURES) throw malformed(`it has more than ${MAX_NOTE_SIGNATURES} signatures`);
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * Verifies a signed note. Lines by unknown keys are ignored; a line by a known key must verify, or the whole note is
 * refused; at least one known key must have signed.
 *
 * @throws TlogError `malformed` or `signature-refused`
 */
export function openNote(note: Uint8Array, verifiers: readonly NoteVerifier[]): VerifiedNote {
  const { text, signatures } = parseNote(note);
  const message = new TextEncoder().encode(text);
  const verified: NoteSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const line of signatures) {
    const known = verifiers.filter((key) => key.name === line.name && key.keyId === line.keyId);
    if (known.length === 0) unverified.push(line);
    for (const key of known) {
      if (!key.verify(message, line.signature)) {
        throw new TlogError('signature-refused', `the signature by ${line.name} does not verify`);
      }
    }
    // A line written twice is one signature: whoever counts log witnesses counts keys.
    const counted = verified.some((other) => other.name === line.name && other.keyId === line.keyId);
    if (known.length > 0 && !counted) verified.push(line);
  }
  if (verified.length === 0) throw new TlogError('signature-refused', 'no known key signed the note');
  return { text, verified, unverified };
}

/**
 * Signs a text, which ends in a newline, as a note.
 *
 * @throws TlogError `malformed`; whatever the signer throws
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<Uint8Array> {
  if (!text.endsWith('\n') || !text.isWellFormed()) throw malformed('its text does not end in a newline');
  const message = new TextEncoder().encode(text);
  const lines: string[] = [];
  for (const signer of signers) {
    const keyId = noteKeyId(signer.name, signer.publicKey);
    lines.push(signatureLine({ name: signer.name, keyId, signature: await signer.sign(message) }));
  }
  const note = new TextEncoder().encode(`${text}\n${lines.join('')}`);
  parseNote(note);
  return note;
}

/** One signature line, with its final newline. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, keyId);
  return `\u2014 ${name} ${encodeBase64(concatBytes(id, signature))}\n`;
}

function parseSignatureLine(line: string): NoteSignature {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line);
  if (!match || !isKeyName(match[1]!)) throw malformed('a signature line is not written as a dash, name and signature');
  const bytes = decodeBase64(match[2]!, 'a signature of the note');
  if (bytes.length < 5) throw malformed('a signature is shorter than its key id');
  return { name: match[1]!, keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.slice(4) };
}

function malformed(why: string): TlogError {
  return new TlogError('malformed', `this is no signed note: ${why}`);
}
