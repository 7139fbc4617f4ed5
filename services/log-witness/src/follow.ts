import { ArchiveReader, httpFiles } from '@assay/archive';
import { consistencyProof, rootFromTiles, type SignedCheckpoint, TlogError, verifyConsistency } from '@assay/tlog';
import type { LogWitness } from './log-witness.ts';
import { LogWitnessError } from './log-witness-error.ts';
import type { Head } from './witness-state.ts';

/** What a look at a log showed. */
export type Followed =
  /** A larger tree than before, or the first: cosigned. */
  | 'grown'
  | 'unchanged'
  /** A smaller tree, which the last one contains. */
  | 'behind'
  /** Two histories, now or before: not cosigned. */
  | 'alarmed';

/**
 * Looks at a log by itself, whether or not it asks: reads its checkpoint and, from its tiles, that it contains what was cosigned before.
 * Tiles that lead to both signed roots and contradict them are evidence against the log, and are kept as such.
 *
 * @param url where the log is served
 * @throws LogWitnessError `UNFIT` where tiles do not fit the checkpoint, or it is not the log's; ArchiveError `unavailable`, `corrupt`
 */
export async function follow(witness: LogWitness, origin: string, url: string): Promise<Followed> {
  const files = httpFiles(url);
  const note = await files.read('/checkpoint');
  const seen = note && witness.openSigned(note);
  if (seen?.origin !== origin) throw new LogWitnessError('UNFIT', 'the log serves no checkpoint that its key signed');
  const head = witness.head(origin);
  if (head !== undefined && head.size !== seen.size) {
    const proof = await compare(head, seen, new ArchiveReader('/', larger(head, seen), files));
    if (proof.kind === 'inconsistent') {
      const [first, second] = head.size < seen.size ? [head.note, seen.note] : [seen.note, head.note];
      witness.raise(origin, 'inconsistent', first, second, proof.hashes);
      return 'alarmed';
    }
    if (seen.size < head.size) return witness.alarm(origin) === undefined ? 'behind' : 'alarmed';
    return await cosign(witness, head.size, proof.hashes, seen);
  }
  return await cosign(witness, head?.size ?? 0, [], seen);
}

async function cosign(
  witness: LogWitness,
  old: number,
  proof: readonly Uint8Array[],
  { origin, size, note }: SignedCheckpoint,
): Promise<Followed> {
  const before = witness.head(origin)?.size;
  const { kind } = await witness.add({ old, proof, note });
  if (witness.alarm(origin) !== undefined) return 'alarmed';
  // A conflict: the log has asked in the meantime, and a larger tree is cosigned.
  return kind === 'cosigned' && before !== size ? 'grown' : 'unchanged';
}

/** Whether the smaller of two trees is a prefix of the larger, whose tiles `reader` has; with the proof that says so, or the opposite. */
async function compare(
  head: Pick<Head, 'size' | 'root'>,
  seen: Pick<Head, 'size' | 'root'>,
  reader: ArchiveReader,
): Promise<{ readonly kind: 'consistent' | 'inconsistent'; readonly hashes: readonly Uint8Array[] }> {
  const [small, large] = head.size < seen.size ? [head, seen] : [seen, head];
  if (small.size === 0) return { kind: 'consistent', hashes: [] };
  const hashes = await consistencyProof(small.size, large.size, reader);
  const claim = { oldSize: small.size, newSize: large.size, newRoot: large.root, proof: hashes };
  if (holds({ ...claim, oldRoot: small.root })) return { kind: 'consistent', hashes };
  const oldRoot = await rootFromTiles(small.size, reader, large.size);
  if (holds({ ...claim, oldRoot })) return { kind: 'inconsistent', hashes };
  throw new LogWitnessError(
    'UNFIT',
    `the tiles of the log do not lead to the root that it signed for ${large.size} entries`,
  );
}

function larger(head: Head, seen: SignedCheckpoint): SignedCheckpoint {
  return head.size < seen.size ? seen : { ...seen, size: head.size, root: head.root, note: head.note };
}

function holds(claim: Parameters<typeof verifyConsistency>[0]): boolean {
  try {
    verifyConsistency(claim);
    return true;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    return false;
  }
}
