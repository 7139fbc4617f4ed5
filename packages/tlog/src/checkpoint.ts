import { checkSize, parseDecimal } from './bounds.ts';
import { decodeBase64, encodeBase64 } from './bytes.ts';
import { TlogError } from './error.ts';
import { checkHash } from './hash.ts';
import { type NoteSignature, openNote, signNote } from './note.ts';
import type { NoteSigner, NoteVerifier } from './note-key.ts';

/** What a log's head says. */
export type Checkpoint = {
  /** The log's name. */
  readonly origin: string;
  /** Entries in the tree. */
  readonly size: number;
  /** Root of the tree, 32 bytes. */
  readonly root: Uint8Array;
  /** Extension lines, opaque; this project writes none. */
  readonly extensions: readonly string[];
};

/** A checkpoint with the signed note that holds it. */
export type SignedCheckpoint = Checkpoint & {
  /** The signed note, byte for byte, with every signature line. */
  readonly note: Uint8Array;
  /** Signatures by known keys. */
  readonly verified: readonly NoteSignature[];
  /** Signature lines by unknown keys. They say nothing. */
  readonly unverified: readonly NoteSignature[];
};

/**
 * A checkpoint's text (C2SP tlog-checkpoint): origin, size, root and extension lines.
 *
 * @throws TlogError `malformed` or `out-of-range`
 */
export function formatCheckpoint(
  checkpoint: Omit<Checkpoint, 'extensions'> & { readonly extensions?: readonly string[] },
): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  checkSize(size);
  checkHash(root, 'the root');
  if ([origin, ...extensions].some((line) => line === '' || line.includes('\n'))) {
    throw new TlogError('malformed', 'the origin and each extension are one line that is not empty');
  }
  return [origin, String(size), encodeBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/**
 * Reads a checkpoint's text, which nobody may rely on before its note is verified.
 *
 * @throws TlogError `malformed`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, decimal, encoded, ...extensions] = lines.slice(0, -1);
  if (lines.at(-1) !== '' || !origin || decimal === undefined || encoded === undefined || extensions.includes('')) {
    throw new TlogError('malformed', 'a checkpoint has an origin, a size and a root, each on a line of its own');
  }
  const size = parseDecimal(decimal);
  if (size === undefined) throw new TlogError('malformed', "the checkpoint's size is not a decimal of 0 to 2^53 - 1");
  const root = decodeBase64(encoded, "the checkpoint's root");
  checkHash(root, "the checkpoint's root");
  return { origin, size, root, extensions };
}

/**
 * Signs the head of a log.
 *
 * @returns the signed note's bytes
 * @throws TlogError `malformed` or `out-of-range`; whatever the signer throws
 */
export async function signCheckpoint(
  checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array },
  signers: readonly NoteSigner[],
): Promise<Uint8Array> {
  return await signNote(formatCheckpoint(checkpoint), signers);
}

/** Which checkpoints are taken: those of the log `origin` that one of `logKeys` signed. */
export type CheckpointTrust = {
  readonly origin: string;
  readonly logKeys: readonly NoteVerifier[];
  /** Keys whose signatures are also verified and listed, but do not suffice: log witnesses. */
  readonly otherKeys?: readonly NoteVerifier[];
};

/**
 * Verifies a signed checkpoint.
 *
 * @throws TlogError `malformed`, `signature-refused` or `wrong-origin`
 */
export function openCheckpoint(note: Uint8Array, trust: CheckpointTrust): SignedCheckpoint {
  const { text, verified, unverified } = openNote(note, [...trust.logKeys, ...(trust.otherKeys ?? [])]);
  const byLog = verified.some((line) =>
    trust.logKeys.some((key) => key.name === line.name && key.keyId === line.keyId),
  );
  if (!byLog) throw new TlogError('signature-refused', 'no key of the log signed the checkpoint');
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== trust.origin)
    throw new TlogError('wrong-origin', `the checkpoint is not of ${trust.origin}`);
  return { ...checkpoint, note: new Uint8Array(note), verified, unverified };
}
