import { appendFile } from 'node:fs/promises';
import { EXAMINER_PATTERN, formatTokenRecord, newToken } from '@assay/http';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = '90';

/** `assay token new`: makes a read-only token for an examiner, keeps its hash and prints it, once. */
export const tokenNewCommand: Command = {
  usage: 'NAME --file FILE [--days N]',
  summary: `make a read-only token for an examiner: FILE gets its hash (take the line out to revoke it); it ends after N days, ${DEFAULT_DAYS} unless given`,
  async run(args, { print }) {
    const { positionals, values } = readOptions(args, ['file', 'days']);
    const [name, ...rest] = positionals;
    if (name === undefined || rest.length > 0 || values.file === undefined) {
      throw new CliError('USAGE', 'token new takes one name and --file FILE');
    }
    if (!EXAMINER_PATTERN.test(name)) throw new CliError('USAGE', 'NAME has 1 to 40 of a-z, 0-9 and -');
    const { days = DEFAULT_DAYS } = values;
    if (!/^[1-9][0-9]{0,3}$/.test(days)) throw new CliError('USAGE', '--days takes a number from 1 to 9999');
    const { token, record } = newToken(name, Date.now() + Number(days) * DAY_MS);
    await append(values.file, formatTokenRecord(record));
    print(token);
  },
};

async function append(path: string, line: string): Promise<void> {
  try {
    await appendFile(path, line, { mode: 0o600, flush: true });
  } catch (cause) {
    throw new CliError('INPUT', `${path} cannot be written`, { cause });
  }
}
