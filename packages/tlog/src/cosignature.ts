import { concatBytes, decodeUtf8 } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { type Ed25519Check, strictEd25519 } from './ed25519-check.ts';
import { TlogError } from './error.ts';
import { MAX_NOTE_SIGNATURES, type NoteSignature, parseNote, signatureLine } from './note.ts';
import { encodeVerifierKey, type NoteSigner, type NoteVerifier, noteKeyId, parseTypedKey } from './note-key.ts';

/** Signature type of timestamped Ed25519 cosignatures (C2SP tlog-cosignature). */
const COSIGNATURE = 0x04;
/** Bytes of a cosignature: time, then the signature. */
const COSIGNATURE_BYTES = 8 + 64;

/**
 * A log witness's key as the text `name+keyid+base64`.
 *
 * @throws TlogError `malformed`
 */
export function encodeWitnessKey(key: { readonly name: string; readonly publicKey: Uint8Array }): string {
  return encodeVerifierKey(key, COSIGNATURE);
}

/**
 * What verifies a log witness's lines: `cosignature/v1`, over the time that the line carries and the whole text of the checkpoint.
 *
 * @param check as of `parseVerifierKey`
 * @throws TlogError `malformed`, or `key-unsupported` where the key is not one of cosignatures
 */
export function parseWitnessKey(vkey: string, check: Ed25519Check = strictEd25519): NoteVerifier {
  const { name, keyId, publicKey } = parseTypedKey(vkey, COSIGNATURE, 'a cosignature');
  return {
    name,
    keyId,
    verify: (text, signature) => {
      const time = cosignatureTime(signature);
      return time !== undefined && check(signature.slice(8), signedMessage(time, text), publicKey);
    },
  };
}

/** When a cosignature says that it was made, seconds since 1970; undefined for what has not the form of one. */
export function cosignatureTime(signature: Uint8Array): number | undefined {
  if (signature.length !== COSIGNATURE_BYTES) return undefined;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return time <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(time) : undefined;
}

/**
 * Cosigns a checkpoint: says that at `time` its tree was the largest consistent one that the signer had seen of this log.
 *
 * @param text the checkpoint's text, without its signatures
 * @param time seconds since 1970
 * @returns the signature line, with its final newline
 * @throws TlogError `malformed`; whatever the signer throws
 */
export async function cosignCheckpoint(text: string, signer: NoteSigner, time: number): Promise<string> {
  parseCheckpoint(text);
  const { name, publicKey } = signer;
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  const signature = await signer.sign(signedMessage(time, new TextEncoder().encode(text)));
  return signatureLine({
    name,
    keyId: noteKeyId(name, publicKey, COSIGNATURE),
    signature: concatBytes(stamp, signature),
  });
}

function signedMessage(time: number, text: Uint8Array): Uint8Array {
  return concatBytes(new TextEncoder().encode(`cosignature/v1\ntime ${time}\n`), text);
}

/**
 * A note with the lines added that verify under one of `keys`; lines by other keys, lines that do not verify, and lines by keys that have
 * signed the note before are left out.
 *
 * @param lines signature lines, each with its newline, as a log witness answers with them
 * @throws TlogError `malformed` where the lines or the note are none
 */
export function withCosignatures(note: Uint8Array, lines: Uint8Array, keys: readonly NoteVerifier[]): Uint8Array {
  const { text, signatures } = parseNote(note);
  const added = parseNote(new TextEncoder().encode(`${text}\n${decodeUtf8(lines, 'the cosignatures')}`));
  if (added.text !== text) throw new TlogError('malformed', 'what is added holds more than signature lines');
  const message = new TextEncoder().encode(text);
  const taken: NoteSignature[] = [...signatures];
  for (const line of added.signatures) {
    const key = keys.find((known) => known.name === line.name && known.keyId === line.keyId);
    const signed = taken.some((other) => other.name === line.name && other.keyId === line.keyId);
    if (key?.verify(message, line.signature) && !signed && taken.length < MAX_NOTE_SIGNATURES) taken.push(line);
  }
  return new TextEncoder().encode(`${text}\n${taken.map(signatureLine).join('')}`);
}
