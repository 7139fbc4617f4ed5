import { ArchiveReader, httpFiles, pruningRecords } from '@assay/archive';
import { collectEvidence, formatEvidence, SCOPE_PATTERN, type Trust } from '@assay/verify';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { asFailedCheck } from '../failed-check.ts';
import { writeNew } from '../files.ts';
import { loadTrust } from '../load-trust.ts';

/** `assay evidence`: puts one window of a log into one file. */
export const evidenceCommand: Command = {
  usage: '--archive DIR | --url URL, --trust FILE --scope SCOPE --window N --out FILE [--whole-scope]',
  summary: 'put all that a window rests on into one file, for verify-evidence',
  async run(args, { print }) {
    const { positionals, values, flags } = readOptions(
      args,
      ['archive', 'url', 'trust', 'scope', 'window', 'out'],
      ['whole-scope'],
    );
    const { archive, url, trust: trustFile, scope, window, out } = values;
    if (
      positionals.length > 0 ||
      trustFile === undefined ||
      out === undefined ||
      (archive === undefined) === (url === undefined)
    )
      throw new CliError('USAGE', 'evidence takes --archive DIR or --url URL, --trust FILE and --out FILE');
    if (scope === undefined || !SCOPE_PATTERN.test(scope) || window === undefined || !/^[1-9][0-9]{0,8}$/.test(window))
      throw new CliError(
        'USAGE',
        'evidence takes --scope BANK/PRODUCT/PERIOD and --window N, the number of its last slot',
      );
    const trust = await loadTrust(trustFile);
    const evidence = await asFailedCheck(async () => {
      const reader = await openLog({ archive, url }, trust);
      const removals = archive === undefined ? [] : await pruningRecords(archive, trust.log.verifierKey);
      return await collectEvidence(reader, trust, {
        scope,
        window: Number(window),
        wholeScope: flags.has('whole-scope'),
        removals,
      });
    });
    const lines = formatEvidence(evidence);
    await writeNew(out, lines);
    const bytes = lines.reduce((sum, { length }) => sum + length, 0);
    const { from, to, entries, removals } = evidence;
    print(`${out}: entries ${from} to ${to - 1} and ${entries.length - (to - from)} before them, ${bytes} bytes`);
    if (removals.length > 0)
      print(
        'envelopes that belong into it were removed when their retention ended: it has the records of that instead',
      );
  },
};

/** The log in a directory or behind an address, as of the checkpoint that it shows. */
async function openLog(
  from: { archive: string | undefined; url: string | undefined },
  { log }: Trust,
): Promise<ArchiveReader> {
  if (from.archive !== undefined) return await ArchiveReader.open(from.archive, log.verifierKey);
  if (!URL.canParse(from.url!)) throw new CliError('USAGE', '--url is not a URL');
  return await ArchiveReader.open('/', log.verifierKey, httpFiles(from.url!));
}
