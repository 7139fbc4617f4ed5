import { LogWitnessError } from './log-witness-error.ts';

/** What is asked with `add-checkpoint` (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the tree that the proof starts from. */
  readonly old: number;
  /** Consistency proof from `old` to the checkpoint. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint, a signed note. */
  readonly note: Uint8Array;
}

/** Most bytes of a request: 63 hashes, and a note with as many signatures as a note may have. */
export const MAX_REQUEST_BYTES = 65_536;
const MAX_PROOF_HASHES = 63;
const HASH_LINE = /^[A-Za-z0-9+/]{43}=$/;

/** Reads a request strictly: a line `old N`, lines of hashes, an empty line, the checkpoint. @throws LogWitnessError `MALFORMED` */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const end = body.findIndex((byte, at) => byte === 0x0a && body[at + 1] === 0x0a);
  if (end < 0) throw malformed('there is no empty line before the checkpoint');
  const [first, ...hashes] = new TextDecoder().decode(body.subarray(0, end)).split('\n');
  const old = /^old (0|[1-9][0-9]{0,15})$/.exec(first!)?.[1];
  if (old === undefined || !Number.isSafeInteger(Number(old)))
    throw malformed('it does not begin with `old` and a size');
  if (hashes.length > MAX_PROOF_HASHES) throw malformed(`a proof has at most ${MAX_PROOF_HASHES} hashes`);
  return { old: Number(old), proof: hashes.map(readHash), note: body.slice(end + 2) };
}

function readHash(line: string): Uint8Array {
  const bytes = HASH_LINE.test(line) ? Buffer.from(line, 'base64') : undefined;
  if (bytes?.length !== 32 || bytes.toString('base64') !== line)
    throw malformed('a line of the proof is no hash in Base64');
  return new Uint8Array(bytes);
}

function malformed(why: string): LogWitnessError {
  return new LogWitnessError('MALFORMED', `this is no request to add a checkpoint: ${why}`);
}
