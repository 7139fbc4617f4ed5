import { createVerifier } from '@assay/groth16';
import { checkNotice, type NoticeCheck } from '@assay/verify';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { readInput } from '../files.ts';
import { loadTrust } from '../load-trust.ts';

const RESULTS: Readonly<Record<NoticeCheck['result'], string>> = {
  passed: 'passed   ',
  failed: 'FAILED   ',
  'not-made': 'not made ',
};
const FIELD_ELEMENT = /^(0|[1-9][0-9]{0,76})$/;

/** `assay check-notice`: what an applicant is told by a bank, checked from the file alone; a failed check ends with status 1. */
export const checkNoticeCommand: Command = {
  usage: 'FILE --trust FILE [--subject FILE]',
  summary: "check an applicant's notice; with the subject of the own credential in FILE, also whose it is",
  async run(args, { print }) {
    const { positionals, values } = readOptions(args, ['trust', 'subject']);
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0 || values.trust === undefined) {
      throw new CliError('USAGE', 'check-notice takes one notice and --trust FILE');
    }
    const trust = await loadTrust(values.trust);
    const subject = values.subject === undefined ? undefined : await readSubject(values.subject);
    const { checks, valid } = checkNotice(await readInput(path), trust, {
      verifier: createVerifier(),
      ...(subject !== undefined && { subject }),
    });
    for (const { name, result, finding } of checks) print(`${RESULTS[result]}${name.padEnd(14)} ${finding}`);
    if (!valid) throw new CliError('CHECK_FAILED', `${checks.at(-1)!.name}: ${checks.at(-1)!.finding}`);
    if (trust.keyClass === 'development') {
      print('INSECURE: development keys, whose secrets are public; nothing proved under them counts outside a demo');
    }
  },
};

async function readSubject(path: string): Promise<bigint> {
  const text = new TextDecoder().decode(await readInput(path)).trim();
  if (!FIELD_ELEMENT.test(text)) throw new CliError('INPUT', `${path} does not hold a subject: one decimal number`);
  return BigInt(text);
}
