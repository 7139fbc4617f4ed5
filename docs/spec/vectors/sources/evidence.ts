import { sumPoints } from '@assay/field';
import { ed25519NoteSigner } from '@assay/tlog';
import {
  collectEvidence,
  decodeEntry,
  type EvidenceReport,
  formatEvidence,
  isPrunable,
  parseTrust,
  signPruning,
  VerifyError,
  verifyEvidence,
} from '@assay/verify';
import { Bench } from '../../../../packages/verify/test/bench.ts';
import { fairness } from '../../../../packages/verify/test/fairness.ts';
import { logged } from '../../../../packages/verify/test/logged.ts';
import {
  decision,
  intake,
  jsonBytes,
  NOON,
  ORIGIN,
  SCOPE,
  secrets,
  slot,
  tallyOf,
  trustJson,
  withdrawal,
} from '../../../../packages/verify/test/world.ts';
import type { Vector } from './encode.ts';

/**
 * A window's evidence, line by line, with the trust file that it is checked under, and what is found; the same window after its envelopes
 * were removed; and what of it is refused. Its proofs are simulated: the keys' secrets are known.
 */
export async function evidenceVectors(): Promise<Vector> {
  const { verificationKeys, ...rest } = trustJson();
  const used = ['conformance-additive', 'eligibility', 'decision-additive', 'fairness'];
  const document = {
    ...rest,
    verificationKeys: Object.fromEntries(used.map((circuit) => [circuit, verificationKeys[circuit]])),
  };
  const trust = parseTrust(jsonBytes(document));
  const bench = await provedWindow();
  const bundle = async (blobs: ReadonlyMap<string, Uint8Array>, removals: readonly Uint8Array[] = []) =>
    linesOf(
      await collectEvidence(await logged({ leaves: bench.leaves, blobs }), trust, {
        scope: SCOPE,
        window: 1,
        removals,
      }),
    );
  const found = async (lines: readonly string[]): Promise<Vector> =>
    reportOf(await verifyEvidence(Buffer.from(lines.map((line) => `${line}\n`).join('')), trust));
  const refused = async (lines: readonly string[]): Promise<Vector> => {
    try {
      return await found(lines);
    } catch (error) {
      if (error instanceof VerifyError) return { code: error.code };
      throw error;
    }
  };

  const proved = await bundle(bench.blobs);
  const gone = removedOf(bench);
  const until = NOON + 30 * 86_400_000;
  const blobs = gone.map(({ index, digest }) => ({
    index,
    digest,
    retentionClass: 'applicants',
    until,
    scope: SCOPE,
    window: 1,
  }));
  const record = await signPruning(ORIGIN, { prunedAt: until, blobs }, ed25519NoteSigner(ORIGIN, secrets.log));
  const kept = new Map([...bench.blobs].filter(([digest]) => !gone.some((one) => one.digest === digest)));
  const pruned = await bundle(kept, [record]);
  const last = proved.length - 1;
  return {
    trust: document as unknown as Vector,
    proved: { lines: proved, found: await found(proved) },
    pruned: { lines: pruned, found: await found(pruned) },
    refused: [
      { of: 'proved', without: last - 1, found: await refused(proved.toSpliced(last - 1, 1)) },
      { of: 'proved', without: 1, found: await refused(proved.toSpliced(1, 1)) },
      { of: 'pruned', without: 1, found: await refused(pruned.toSpliced(1, 1)) },
    ],
  };
}

/** A window of three intakes, two decided and one withdrawn, with its fairness statement. */
async function provedWindow(): Promise<Bench> {
  const bench = await Bench.ready([await slot(1, NOON, NOON + 1000)]);
  for (const n of [1, 2, 3]) bench.append(await intake(n));
  for (const n of [1, 2]) bench.append(await decision(n));
  bench.append(await withdrawal(3));
  bench.now = NOON + 1000;
  const { envelope, table } = await fairness(1, 2, sumPoints([tallyOf(1), tallyOf(2)]));
  bench.append(envelope, table);
  return bench;
}

/** What goes when retention ends, but for the fairness statement. */
function removedOf({ leaves }: Bench): { readonly index: number; readonly digest: string }[] {
  return leaves
    .map((leaf, index) => ({ entry: decodeEntry(leaf), index }))
    .filter(({ entry }) => isPrunable(entry) && entry.statement !== 'fairness')
    .map(({ entry, index }) => ({ index, digest: entry.payload.sha256 }));
}

function linesOf(evidence: Parameters<typeof formatEvidence>[0]): string[] {
  return formatEvidence(evidence).map((line) => Buffer.from(line).toString().trimEnd());
}

/** A report without its sentences. */
function reportOf({ established: _, assumptions: __, notEstablished: ___, ...report }: EvidenceReport): Vector {
  return JSON.parse(JSON.stringify(report)) as Vector;
}
