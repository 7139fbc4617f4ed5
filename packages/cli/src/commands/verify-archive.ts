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
  replay,
  requireHead,
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
  const ledger = await replay(sourceOf(reader), trust, {
    check: true,
    verifier,
    isSignedBy,
    onEntry: ({ entry }) => {
      entries[entry.kind] = (entries[entry.kind] ?? 0) + 1;
      if (entry.kind === 'accepted') statements[entry.statement!] = (statements[entry.statement!] ?? 0) + 1;
    },
  });
  return {
    origin: reader.origin,
    size: reader.size,
    keyClass: trust.keyClass,
    cosigners,
    entries,
    statements,
    windows: ledger.registry.scopes().flatMap(({ scope }) => describeWindows(ledger, scope)),
    findings: findings(ledger, ledger.latest),
  };
}

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
    'every signature, proof, tally, tile and checkpoint fits',
  ];
  if (report.keyClass === 'development') {
    lines.push('INSECURE: development keys, whose secrets are public; nothing proved under them counts outside a demo');
  }
  return lines.join('\n');
}
