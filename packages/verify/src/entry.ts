import { isStatementKind, type StatementKind } from '@assay/statements';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { VerifyError } from './error.ts';
import { asObject, integerMember, type JsonObject, onlyMembers, parseJsonText, stringMember } from './json.ts';
import { BANK_PATTERN } from './scope.ts';

/** What a leaf records. */
export type EntryKind = 'accepted' | 'rejected' | 'registration' | 'withdrawal';

/** One leaf of the archive (docs/spec/archive.md, section 2). */
export interface Entry {
  readonly kind: EntryKind;
  /** The statement of an accepted or rejected envelope. */
  readonly statement?: StatementKind;
  /** The bank concerned; absent on registrations that concern no single bank. */
  readonly bank?: string;
  /** When the verifier received it, milliseconds since 1970. */
  readonly receivedAt: number;
  /** Hex hash chain over the registrations before this entry. */
  readonly registryHead: string;
  /** The envelope: hex SHA-256 and size in bytes. */
  readonly payload: { readonly sha256: string; readonly size: number };
  /** Blobs beside the envelope, hex SHA-256. */
  readonly attachments?: readonly string[];
  /** Why a rejected envelope was rejected. */
  readonly reason?: string;
}

const HEX_32 = /^[0-9a-f]{64}$/;

/** The leaf's bytes: RFC 8785 canonical JSON (members sorted, integers and ASCII strings alone, no white space). */
export function encodeEntry(entry: Entry): Uint8Array {
  return utf8ToBytes(formatEntry(entry));
}

function formatEntry({
  attachments,
  bank,
  kind,
  payload: { sha256, size },
  reason,
  receivedAt,
  registryHead,
  statement,
}: Entry): string {
  const time = new Date(receivedAt).toISOString();
  const payload = { sha256, size };
  return JSON.stringify({ attachments, bank, kind, payload, reason, receivedAt: time, registryHead, statement, v: 1 });
}

/** Reads a leaf; anything but the canonical bytes of a well-formed entry is refused. @throws VerifyError `malformed` */
export function decodeEntry(bytes: Uint8Array): Entry {
  const { object, text } = parseJsonText(bytes, 'entry');
  const entry = readEntry(object);
  if (formatEntry(entry) !== text) throw new VerifyError('malformed', 'entry is not in canonical form');
  return entry;
}

function readEntry(object: JsonObject): Entry {
  const members = ['attachments', 'bank', 'kind', 'payload', 'reason', 'receivedAt', 'registryHead', 'statement', 'v'];
  onlyMembers(object, members, 'entry');
  integerMember(object, 'v', 'entry', 1, 1);
  const kind = stringMember(object, 'kind', 'entry', /^(accepted|rejected|registration|withdrawal)$/) as EntryKind;
  const payload = asObject(object.payload, 'entry.payload');
  onlyMembers(payload, ['sha256', 'size'], 'entry.payload');
  const statement = object.statement;
  if (statement !== undefined && (typeof statement !== 'string' || !isStatementKind(statement))) {
    throw new VerifyError('malformed', 'entry.statement is not a statement');
  }
  if ((kind === 'accepted') !== (statement !== undefined) && kind !== 'rejected') {
    throw new VerifyError('malformed', 'entry.statement does not fit entry.kind');
  }
  if ((kind === 'rejected') !== (object.reason !== undefined))
    throw new VerifyError('malformed', 'entry.reason does not fit entry.kind');
  return {
    kind,
    ...(statement !== undefined && { statement }),
    ...(object.bank !== undefined && { bank: stringMember(object, 'bank', 'entry', BANK_PATTERN) }),
    receivedAt: readTime(stringMember(object, 'receivedAt', 'entry')),
    registryHead: stringMember(object, 'registryHead', 'entry', HEX_32),
    payload: {
      sha256: stringMember(payload, 'sha256', 'entry.payload', HEX_32),
      size: integerMember(payload, 'size', 'entry.payload', 1, 2 ** 31),
    },
    ...(object.attachments !== undefined && { attachments: readDigests(object.attachments) }),
    ...(object.reason !== undefined && { reason: stringMember(object, 'reason', 'entry', /^[A-Z0-9_]{1,60}$/) }),
  };
}

function readTime(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new VerifyError('malformed', 'entry.receivedAt is not an RFC 3339 time');
  return time;
}

function readDigests(value: unknown): string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > 8)
    throw new VerifyError('malformed', 'entry.attachments is not a short list');
  return value.map((digest) => {
    if (typeof digest !== 'string' || !HEX_32.test(digest))
      throw new VerifyError('malformed', 'entry.attachments holds what is no digest');
    return digest;
  });
}
