import { TlogError } from '@assay/tlog';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../canonical-json.ts';
import { MAX_ENVELOPE_BYTES } from '../envelope.ts';
import { VerifyError } from '../error.ts';
import {
  asObject,
  decodeBase64,
  encodeBase64,
  integerMember,
  type JsonObject,
  onlyMembers,
  parseCanonicalObject,
  stringMember,
} from '../json.ts';
import { SCOPE_PATTERN } from '../scope.ts';

/** One window of a scope with all that is needed to check it: docs/spec/evidence.md. */
export interface Evidence {
  readonly scope: string;
  /** The window's name: its last slot. */
  readonly window: number;
  /** The entries `from` to `to - 1` of the log are all here. */
  readonly from: number;
  readonly to: number;
  /** The signed note under which the entries stand. */
  readonly checkpoint: Uint8Array;
  /** What `verifyMultiProof` takes for the entries. */
  readonly proof: readonly Uint8Array[];
  /** Verification keys by circuit, in the JSON form of snarkjs. */
  readonly verificationKeys: JsonObject;
  /** Signed records of envelopes that were removed when their retention ended, where entries lack theirs for it. */
  readonly removals: readonly Uint8Array[];
  /** Ascending: what the range depends on of the entries before it, then the range. */
  readonly entries: readonly EvidenceEntry[];
}

/** An entry of the log, with the blobs that belong to it where they are needed. */
export interface EvidenceEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly envelope?: Uint8Array;
  /** The ciphertext of a fairness statement. */
  readonly table?: Uint8Array;
}

const FORMAT = 'assay-evidence-v1';
/** Most bytes of one line: an envelope whose every byte is escaped, with its leaf and a table. */
const MAX_LINE_BYTES = 8 * MAX_ENVELOPE_BYTES;
const LINE_FEED = 0x0a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a bundle: one RFC 8785 canonical JSON object a line. Equal evidence has equal bytes. */
export function formatEvidence(evidence: Evidence): Uint8Array[] {
  const { scope, window, from, to, checkpoint, proof, verificationKeys, removals, entries } = evidence;
  const header = {
    format: FORMAT,
    ...{ scope, window, from, to, verificationKeys },
    checkpoint: utf8.decode(checkpoint),
    proof: proof.map(encodeBase64),
  };
  return [
    line(header),
    ...removals.map((note) => line({ removal: utf8.decode(note) })),
    ...entries.map((entry) => line(formatEntry(entry))),
  ];
}

function line(object: JsonObject): Uint8Array {
  return utf8ToBytes(`${canonicalJson(object)}\n`);
}

function formatEntry({ index, leaf, envelope, table }: EvidenceEntry): JsonObject {
  return {
    index,
    leaf: utf8.decode(leaf),
    ...(envelope && { envelope: utf8.decode(envelope) }),
    ...(table && { table: utf8.decode(table) }),
  };
}

/**
 * Reads a bundle strictly: its form alone, nothing in it is checked.
 *
 * @throws VerifyError `malformed` naming the line, `too-large`
 */
export function parseEvidence(bytes: Uint8Array): Evidence {
  const [first, ...rest] = linesOf(bytes);
  if (first === undefined) throw new VerifyError('malformed', 'the bundle is empty');
  const objects = rest.map((text, at) => parseCanonicalObject(text, `line ${at + 2}`));
  const found = objects.findIndex(({ removal }) => removal === undefined);
  const count = found < 0 ? objects.length : found;
  return {
    ...parseHeader(first),
    removals: objects.slice(0, count).map((object, at) => parseRemoval(object, `line ${at + 2}`)),
    entries: objects.slice(count).map((object, at) => parseEntry(object, `line ${at + count + 2}`)),
  };
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0) throw new VerifyError('malformed', `line ${number} of the bundle does not end`);
    if (end - start > MAX_LINE_BYTES)
      throw new VerifyError('too-large', `line ${number} of the bundle has more than ${MAX_LINE_BYTES} bytes`);
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function parseHeader(bytes: Uint8Array): Omit<Evidence, 'removals' | 'entries'> {
  const what = 'line 1';
  const object = parseCanonicalObject(bytes, what);
  const members = ['format', 'scope', 'window', 'from', 'to', 'checkpoint', 'proof', 'verificationKeys'];
  onlyMembers(object, members, what);
  if (object.format !== FORMAT) throw new VerifyError('malformed', `${what}: format is not ${FORMAT}`);
  const from = integerMember(object, 'from', what, 0, Number.MAX_SAFE_INTEGER);
  return {
    scope: stringMember(object, 'scope', what, SCOPE_PATTERN),
    window: integerMember(object, 'window', what, 1, 1_000_000_000),
    from,
    to: integerMember(object, 'to', what, from + 1, Number.MAX_SAFE_INTEGER),
    checkpoint: textMember(object, 'checkpoint', what),
    proof: parseProof(object.proof),
    verificationKeys: asObject(object.verificationKeys, `${what}: verificationKeys`),
  };
}

function parseProof(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) throw new VerifyError('malformed', 'line 1: proof is not a list');
  return value.map((text, at) => decodeBase64(typeof text === 'string' ? text : '', `line 1: proof[${at}]`));
}

function parseRemoval(object: JsonObject, what: string): Uint8Array {
  onlyMembers(object, ['removal'], what);
  return textMember(object, 'removal', what);
}

function parseEntry(object: JsonObject, what: string): EvidenceEntry {
  onlyMembers(object, ['index', 'leaf', 'envelope', 'table'], what);
  return {
    index: integerMember(object, 'index', what, 0, Number.MAX_SAFE_INTEGER),
    leaf: textMember(object, 'leaf', what),
    ...(object.envelope !== undefined && { envelope: textMember(object, 'envelope', what) }),
    ...(object.table !== undefined && { table: textMember(object, 'table', what) }),
  };
}

function textMember(object: JsonObject, name: string, what: string): Uint8Array {
  return utf8ToBytes(stringMember(object, name, what));
}

/** Runs a check of the log's; its refusal is the bundle's. @throws VerifyError `evidence` */
export function asEvidence<T>(what: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw new VerifyError('evidence', `${what}: ${cause.message}`, { cause });
  }
}
