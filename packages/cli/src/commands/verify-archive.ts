import { ArchiveReader, fsck, isSignedBy, type Problem } from '@assay/archive';
import { createVerifier, type Groth16Verifier } from '@assay/groth16';
import { VERDICTS, type Verdict } from '@assay/statements';
import { parseWitnessKey } from '@assay/tlog';
import {
  type Cosigner,
  decodeEntry,
  type EntrySource,
  type Finding,
  findings,
  type Ledger,
  type RemovedIntake,
  replay,
  requireHead,
  requireOwnWindow,
  type Trust,
  type WindowState,
} from '@assay/verify';
import { hexToBytes } from '@noble/hashes/utils.js';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { asFailedCheck } from '../failed-check.ts';
import { liesWithin, readInput } from '../files.ts';
import { formatCosigners } from '../format-cosigners.ts';
import { loadTrust } from '../load-trust.ts';

/** What a checked archive holds. */
export interface ArchiveReport {
  readonly origin: string;
  readonly size: number;
  readonly keyClass: Trust['keyClass'];
  /** Trusted log witnesses that cosigned the checkpoint. */
  readonly cosigners: readonly Cosigner[];
  /** Entries by kind, and statements by name. */
  readonly entries: Readonly<Record<string, number>>;
  readonly statements: Readonly<Record<string, number>>;
  readonly windows: readonly WindowReport[];
  readonly findings: readonly Finding[];
  readonly retention: RetentionReport;
}

/** What could not be checked again, because envelopes were removed when their retention ended. */
export interface RetentionReport {
  /** Removed blobs, all of which the log's key listed. */
  readonly prunedBlobs: number;
  /** Of entries whose envelope was removed: days from receipt to the end of the shortest retention. `null` where there are none. */
  readonly shortestDays: number | null;
  /** Entries whose envelope was removed: that they were accepted is all that is known of them. */
  readonly uncheckedEntries: number;
  /** Fairness statements whose signature and proof hold, but whose totals and tallies could not be added up again. */
  readonly unsummedFairness: number;
}

/** One window as the archive shows it. Group counts are hidden from everybody but the regulator's key. */
export interface WindowReport {
  readonly scope: string;
  readonly window: number;
  readonly state: WindowState;
  /** Intakes, of which withdrawn. */
  readonly intakes: number;
  readonly withdrawals: number;
  /** Verdict of each partition by name, where a fairness statement over all closings is archived. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/**
 * Checks an archive from its files alone: every tile and blob against the signed checkpoint, then every entry again in
 * order, signature, proof, context, uniqueness and tally. Nothing but `trust` is believed.
 *
 * @param verifier what verifies proofs; the fastest that there is unless given
 * @throws CliError `CHECK_FAILED` naming the first entry or file that does not fit
 */
export async function verifyArchive(
  dir: string,
  trust: Trust,
  atLeast?: Uint8Array,
  verifier: Groth16Verifier = createVerifier(),
): Promise<ArchiveReport> {
  const { verifierKey } = trust.log;
  const otherKeys = trust.witnesses.map((witness) => parseWitnessKey(witness.verifierKey));
  const report = await fsck(dir, verifierKey, { blobsOf, otherKeys, ...(atLeast && { atLeast }) });
  // A log may have asked log witnesses that this trust configuration does not name: what they say counts for nothing.
  const [problem, ...others] = report.problems.filter(({ code }) => code !== 'signature-unknown');
  if (problem !== undefined || report.checkpoint === undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    throw new CliError('CHECK_FAILED', `${problem ? describe(problem) : 'the archive has no checkpoint'}${more}`);
  }
  const reader = await ArchiveReader.open(dir, verifierKey);
  const { cosigners } = requireHead(reader.checkpoint().note, trust);
  const entries: Record<string, number> = {};
  const statements: Record<string, number> = {};
  const kept: number[] = [];
  const removedIntakes: RemovedIntake[] = [];
  const uncheckedEntries = { pruned: 0, 'window-pruned': 0 };
  const listed = new Map(report.pruned.map((blob) => [blob.digest, blob]));
  const ledger = await replay({ ...sourceOf(reader), pruned: (digest) => listed.get(digest) }, trust, {
    check: true,
    verifier,
    isSignedBy,
    onEntry: ({ index, entry, unchecked }) => {
      if (unchecked === 'pruned') {
        const { until, scope, window } = listed.get(entry.payload.sha256)!;
        kept.push(until - entry.receivedAt);
        if (entry.statement === 'eligibility')
          removedIntakes.push({ index, receivedAt: entry.receivedAt, scope, window });
      }
      if (unchecked !== undefined) uncheckedEntries[unchecked]++;
      entries[entry.kind] = (entries[entry.kind] ?? 0) + 1;
      if (entry.kind === 'accepted') statements[entry.statement!] = (statements[entry.statement!] ?? 0) + 1;
    },
  });
  for (const { scope } of removedIntakes.length === 0 ? [] : ledger.registry.scopes())
    for (const window of ledger.windows(scope, ledger.latest)) requireOwnWindow(removedIntakes, window);
  return {
    origin: reader.origin,
    size: reader.size,
    keyClass: trust.keyClass,
    cosigners,
    entries,
    statements,
    windows: ledger.registry.scopes().flatMap(({ scope }) => describeWindows(ledger, scope)),
    findings: findings(ledger, ledger.latest),
    retention: {
      prunedBlobs: report.pruned.length,
      shortestDays: kept.length === 0 ? null : Math.floor(kept.reduce((a, b) => Math.min(a, b)) / DAY_MS),
      uncheckedEntries: uncheckedEntries.pruned,
      unsummedFairness: uncheckedEntries['window-pruned'],
    },
  };
}

const DAY_MS = 86_400_000;

/** `assay verify-archive`: prints counts, windows and findings; a failed check ends with status 1. */
export const verifyArchiveCommand: Command = {
  usage: 'DIR --trust FILE [--at-least CHECKPOINT] [--json]',
  summary: 'check an archive from its files, trusting FILE alone (which lies outside DIR)',
  async run(args, { print }) {
    const { positionals, values, flags } = readOptions(args, ['trust', 'at-least'], ['json']);
    const [dir, ...rest] = positionals;
    if (dir === undefined || rest.length > 0 || values.trust === undefined) {
      throw new CliError('USAGE', 'verify-archive takes one directory and --trust FILE');
    }
    if (await liesWithin(values.trust, dir)) {
      throw new CliError('USAGE', '--trust names a file inside the archive: what is checked cannot say whom to trust');
    }
    const trust = await loadTrust(values.trust);
    const atLeast = values['at-least'] === undefined ? undefined : await readInput(values['at-least']);
    const report = await asFailedCheck(() => verifyArchive(dir, trust, atLeast));
    print(flags.has('json') ? JSON.stringify(report, undefined, 2) : format(report));
  },
};

/** Entry and file first: a message leaves them out. */
function describe({ entry, file, message }: Problem): string {
  return `${entry === undefined ? '' : `entry ${entry}, `}${file}: ${message}`;
}

function blobsOf(leaf: Uint8Array): Uint8Array[] {
  const entry = decodeEntry(leaf);
  if (entry.kind === 'rejected') return [];
  return [entry.payload.sha256, ...(entry.attachments ?? [])].map(hexToBytes);
}

function sourceOf(reader: ArchiveReader): EntrySource {
  return { entries: () => reader.entries(), blob: (digest) => reader.blob(hexToBytes(digest)) };
}

function describeWindows(ledger: Ledger, scope: string): WindowReport[] {
  return ledger.windows(scope, ledger.latest).map(({ window, state, counts }) => {
    const proved = ledger.fairness(scope).find((f) => f.window === window && !f.manualOnly);
    const partitions = proved && ledger.registry.partitions(proved.partitionsHash);
    const names = partitions?.document.partitions.map(({ name }) => name) ?? [];
    return {
      scope,
      window,
      state,
      intakes: counts.intakes,
      withdrawals: counts.withdrawn,
      verdicts: Object.fromEntries(proved ? names.map((name, p) => [name, VERDICTS[proved.verdicts[p]!]!]) : []),
    };
  });
}

function format(report: ArchiveReport): string {
  const counts = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const lines = [
    `log         ${report.origin}, ${report.size} entries`,
    formatCosigners(report.cosigners),
    `entries     ${counts(report.entries)}`,
    `statements  ${counts(report.statements)}`,
    ...report.windows.map(({ scope, window, state, intakes, withdrawals, verdicts }) => {
      const each = Object.entries(verdicts).map(([name, verdict]) => `${name} ${verdict}`);
      return `window      ${scope} ${window}: ${state}, ${intakes} intakes, ${withdrawals} withdrawn${each.map((v) => `, ${v}`).join('')}`;
    }),
    ...report.findings.map(({ code, scope, index, window }) => {
      const where = index !== undefined ? `intake at entry ${index}` : `window ${window}`;
      return `finding     ${code}: ${scope}, ${where}`;
    }),
    ...formatRetention(report.retention),
    report.retention.prunedBlobs === 0
      ? 'every signature, proof, tally, tile and checkpoint fits'
      : 'every tile and checkpoint fits, and every signature, proof and tally of what is kept',
  ];
  if (report.keyClass === 'development') {
    lines.push('INSECURE: development keys, whose secrets are public; nothing proved under them counts outside a demo');
  }
  return lines.join('\n');
}

function formatRetention({ prunedBlobs, shortestDays, uncheckedEntries, unsummedFairness }: RetentionReport): string[] {
  if (prunedBlobs === 0) return [];
  return [
    `pruned      ${prunedBlobs} blobs, listed by the log's key; retention of ${shortestDays} days at least`,
    `unchecked   ${uncheckedEntries} entries whose envelopes were removed, and the totals of ${unsummedFairness} fairness statements`,
  ];
}
