import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Archive } from '@assay/archive';
import { sumPoints } from '@assay/field';
import { ed25519NoteSigner } from '@assay/tlog';
import { decodeEntry, type Envelope, isPrunable, type PrunedBlob } from '@assay/verify';
import { Bench } from '../../verify/test/bench.ts';
import { fairness } from '../../verify/test/fairness.ts';
import {
  decision,
  intake,
  NOON,
  ORIGIN,
  SCOPE,
  secrets,
  slot,
  tallyOf,
  trustBytes,
  withdrawal,
} from '../../verify/test/world.ts';

/** A folder with an archive in `archive`, and the trust file beside it. */
export class WrittenArchive implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  readonly dir = join(this.root, 'archive');
  readonly trustFile = join(this.root, 'trust.json');

  /** A window that is proved, with one withdrawal. `last` is one more envelope. */
  static async create(last?: Envelope): Promise<WrittenArchive> {
    const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
    for (const n of [1, 2, 3]) bench.append(await intake(n));
    for (const n of [1, 2]) bench.append(await decision(n));
    bench.append(await withdrawal(3));
    bench.now = NOON + 1000;
    const { envelope, table } = await fairness(1, 2, sumPoints([tallyOf(1), tallyOf(2)]), { verdict: 2n });
    bench.append(envelope, table);
    if (last !== undefined) bench.append(last);
    const written = new WrittenArchive();
    writeFileSync(written.trustFile, trustBytes);
    await written.#write(bench);
    return written;
  }

  /** Has the envelopes of the window's intakes, and of what closed them, removed as if their retention had ended. */
  async prune(): Promise<void> {
    const signer = ed25519NoteSigner(ORIGIN, secrets.log);
    await using archive = await Archive.open(this.dir, { origin: ORIGIN, signer });
    const until = NOON + 100_000;
    const blobs: PrunedBlob[] = [];
    for await (const { index, leaf } of archive.entries()) {
      const entry = decodeEntry(leaf);
      const digest = entry.payload.sha256;
      if (isPrunable(entry) && entry.statement !== 'fairness')
        blobs.push({ index, digest, retentionClass: 'applicants', until, scope: SCOPE, window: 1 });
    }
    await archive.prune({ prunedAt: until, blobs });
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  async #write(bench: Bench): Promise<void> {
    const signer = ed25519NoteSigner(ORIGIN, secrets.log);
    await using archive = await Archive.open(this.dir, { origin: ORIGIN, signer });
    const entries = bench.leaves.map((leaf) => {
      const { payload, attachments = [] } = decodeEntry(leaf);
      return { leaf, blobs: [payload.sha256, ...attachments].map((digest) => bench.blobs.get(digest)!) };
    });
    await archive.appendBatch(entries);
  }
}
