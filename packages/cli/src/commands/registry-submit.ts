import { type ClientSecurity, RpcError, VerifierClient } from '@assay/client';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { readInput } from '../files.ts';

const DEADLINE_MS = 30_000;

/** `assay registry submit`: hands a signed registration to the verifier and prints its entry. */
export const registrySubmitCommand: Command = {
  usage: 'ENVELOPE --verifier HOST:PORT [--ca FILE --cert FILE --cert-key FILE]',
  summary: 'submit a signed registration to the verifier; submitting it again gives the same entry',
  async run(args, { print }) {
    const { positionals, values } = readOptions(args, ['verifier', 'ca', 'cert', 'cert-key']);
    const [path, ...rest] = positionals;
    const { verifier: address } = values;
    if (path === undefined || rest.length > 0 || address === undefined)
      throw new CliError('USAGE', 'registry submit takes one envelope and --verifier HOST:PORT');
    const envelope = await readInput(path);
    const security = await readSecurity(values);
    await explain(async () => {
      using client = new VerifierClient({ address, security, defaultDeadlineMs: DEADLINE_MS });
      const { index, digest } = await client.submitRegistration(envelope);
      print(`entry ${index}, in force from the next: ${Buffer.from(digest).toString('hex')}`);
    });
  },
};

async function readSecurity(values: Partial<Record<string, string>>): Promise<ClientSecurity> {
  const { ca, cert, 'cert-key': key } = values;
  if ((cert === undefined) !== (key === undefined)) throw new CliError('USAGE', '--cert and --cert-key go together');
  if (ca === undefined) {
    if (cert !== undefined) throw new CliError('USAGE', '--cert needs --ca');
    return { kind: 'insecure-loopback' };
  }
  const authorities = await readInput(ca);
  if (cert === undefined || key === undefined) return { kind: 'tls', authorities };
  return { kind: 'tls', authorities, identity: { certificate: await readInput(cert), key: await readInput(key) } };
}

async function explain(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (cause) {
    if (!(cause instanceof RpcError)) throw cause;
    const refused =
      cause.remote && ['FAILED_PRECONDITION', 'PERMISSION_DENIED', 'INVALID_ARGUMENT'].includes(cause.code);
    throw new CliError(refused ? 'CHECK_FAILED' : 'INPUT', `${cause.reason}: ${cause.message}`, { cause });
  }
}
