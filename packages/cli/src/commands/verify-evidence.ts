import { isSignedBy } from '@assay/archive';
import { createVerifier } from '@assay/groth16';
import { type EvidenceReport, verifyEvidence } from '@assay/verify';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { asFailedCheck } from '../failed-check.ts';
import { readInput } from '../files.ts';
import { formatCosigners } from '../format-cosigners.ts';
import { loadTrust } from '../load-trust.ts';

/** `assay verify-evidence`: checks a bundle; a failed check ends with status 1. */
export const verifyEvidenceCommand: Command = {
  usage: 'FILE --trust FILE [--checkpoint FILE] [--json]',
  summary:
    'check a file that evidence has made, trusting the trust file alone; CHECKPOINT is one that was seen elsewhere',
  async run(args, { print }) {
    const { positionals, values, flags } = readOptions(args, ['trust', 'checkpoint'], ['json']);
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0 || values.trust === undefined)
      throw new CliError('USAGE', 'verify-evidence takes one file and --trust FILE');
    const trust = await loadTrust(values.trust);
    const seen = values.checkpoint === undefined ? [] : [await readInput(values.checkpoint)];
    const bytes = await readInput(path);
    const report = await asFailedCheck(() =>
      verifyEvidence(bytes, trust, { verifier: createVerifier(), isSignedBy, seen }),
    );
    print(flags.has('json') ? JSON.stringify(report, undefined, 2) : format(report));
  },
};

function format(report: EvidenceReport): string {
  const { log, scope, window, state, counts, fairness, findings, established, assumptions, notEstablished } = report;
  const { removed, tally } = report;
  const lines = [
    `log         ${log.origin}, ${log.size} entries, of which ${report.from} to ${report.to - 1} are here`,
    formatCosigners(report.cosigners),
    `window      ${scope} ${window}: ${state}${counts === undefined ? `, ${removed.kinds.eligibility} intakes of which the envelopes were removed` : `, ${counts.intakes} intakes, ${counts.withdrawn} withdrawn, ${counts.open} open`}`,
    tally === undefined ? 'tally       not established' : `tally       total ${report.total}, ${tally.join(', ')}`,
    ...fairness.map(({ index, closings, verdicts }) => {
      const each = Object.entries(verdicts).map(([name, verdict]) => `, ${name} ${verdict}`);
      return `fairness    entry ${index}, ${closings === 'all' ? 'all closings' : 'manual closings'}${each.join('')}`;
    }),
    ...findings.map(
      ({ code, index }) => `finding     ${code}${index === undefined ? '' : `: intake at entry ${index}`}`,
    ),
    ...section('Established', established),
    ...section('Assuming that', assumptions),
    ...section('Not established', notEstablished),
  ];
  return lines.join('\n');
}

function section(title: string, items: readonly string[]): string[] {
  return ['', `${title}:`, ...items.map((item) => `  - ${item}`)];
}
