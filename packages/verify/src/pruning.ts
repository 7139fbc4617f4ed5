import { type CheckpointTrust, type NoteSigner, openNote, signNote, TlogError } from '@assay/tlog';
import { VerifyError } from './error.ts';

/** A blob that was removed when its retention ended. The entry that names it stays in the log. */
export interface PrunedBlob {
  /** Leaf index of the first entry that names it. */
  readonly index: number;
  /** Hex SHA-256. */
  readonly digest: string;
  /** The class of retention that it fell under, `[a-z0-9-]{1,40}`. */
  readonly retentionClass: string;
  /** When its retention ended, milliseconds since 1970. */
  readonly until: number;
  /** The window that it belonged to, whose blobs went together. */
  readonly scope: string;
  readonly window: number;
}

/** A list of removed blobs, as one pruning made it (docs/spec/archive.md, section 8). */
export interface PruningRecord {
  /** When it was made, milliseconds since 1970: no blob's retention ended later. */
  readonly prunedAt: number;
  readonly blobs: readonly PrunedBlob[];
}

/** The first line of a record: no checkpoint begins so. */
const FORMAT = 'assay-pruning-v1';
const LINE =
  /^(?<index>0|[1-9][0-9]{0,15}) (?<digest>[0-9a-f]{64}) (?<name>[a-z0-9-]{1,40}) (?<until>\S{24}) (?<scope>[a-z0-9-]{1,40}\/[a-z0-9-]{1,40}\/[a-z0-9-]{1,40}) (?<window>[1-9][0-9]{0,9})$/;

/** A record as a note that the log's key signs: format, origin, time, then a line for each blob. */
export async function signPruning(
  origin: string,
  { prunedAt, blobs }: PruningRecord,
  signer: NoteSigner,
): Promise<Uint8Array> {
  const lines = blobs.map(({ index, digest, retentionClass, until, scope, window }) =>
    [index, digest, retentionClass, new Date(until).toISOString(), scope, window].join(' '),
  );
  const head = [FORMAT, origin, new Date(prunedAt).toISOString()];
  return await signNote([...head, ...lines].map((line) => `${line}\n`).join(''), [signer]);
}

/**
 * Verifies a record.
 *
 * @throws VerifyError `pruning` where the log's key did not sign it, or it has a blob whose retention had not ended
 */
export function openPruning(
  note: Uint8Array,
  { origin, logKeys }: Pick<CheckpointTrust, 'origin' | 'logKeys'>,
): PruningRecord {
  const [format, named, time, ...lines] = textOf(note, logKeys).split('\n').slice(0, -1);
  const prunedAt = readTime(time);
  if (format !== FORMAT || named !== origin || prunedAt === undefined)
    throw refused('is no pruning record of this log');
  const blobs = lines.map((line) => {
    const groups = LINE.exec(line)?.groups;
    const until = readTime(groups?.until);
    if (groups === undefined || until === undefined) throw refused('has a line that is no blob');
    if (until > prunedAt) throw refused('has a blob whose retention had not ended');
    const { index, digest, name, scope, window } = groups;
    return {
      index: Number(index),
      digest: digest!,
      retentionClass: name!,
      until,
      scope: scope!,
      window: Number(window),
    };
  });
  return { prunedAt, blobs };
}

function textOf(note: Uint8Array, logKeys: CheckpointTrust['logKeys']): string {
  try {
    return openNote(note, logKeys).text;
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw refused("is not signed by the log's key", cause);
  }
}

function readTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return !Number.isNaN(time) && new Date(time).toISOString() === text ? time : undefined;
}

function refused(why: string, cause?: unknown): VerifyError {
  return new VerifyError('pruning', `a record of removed blobs ${why}`, { cause });
}
