import {
  parseRegistration,
  REGISTRATION_KINDS,
  type RegistrationPredicate,
  sealEnvelope,
  VerifyError,
} from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { readInput, readSecretKey, writeNew } from '../files.ts';

/** `assay registry sign`: an authority's signature on a registration, made where its key is. */
export const registrySignCommand: Command = {
  usage: '--kind KIND --body FILE --key FILE --out FILE [--after DIGEST]',
  summary: `sign a registration (${REGISTRATION_KINDS.join(', ')}); DIGEST is that of the one it replaces`,
  async run(args, { print }) {
    const { positionals, values } = readOptions(args, ['kind', 'body', 'key', 'out', 'after']);
    const { kind, body, key, out, after } = values;
    if (positionals.length > 0 || !kind || !body || !key || !out)
      throw new CliError('USAGE', 'registry sign takes --kind, --body, --key and --out');
    const predicate = readRegistration(kind, await readInput(body), after);
    const secret = await readSecretKey(key);
    const signer = {
      publicKey: ed25519.getPublicKey(secret),
      sign: async (message: Uint8Array) => ed25519.sign(message, secret),
    };
    const envelope = await explain(() => sealEnvelope(predicate, new Uint8Array(), signer));
    await writeNew(out, envelope.bytes);
    print(envelope.digest);
  },
};

function readRegistration(kind: string, bytes: Uint8Array, after: string | undefined): RegistrationPredicate {
  try {
    const body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as RegistrationPredicate['body'];
    parseRegistration(kind, body);
    return { type: 'registration', kind, body, ...(after !== undefined && { after }) };
  } catch (cause) {
    const what = cause instanceof VerifyError ? cause.message : 'it is not JSON';
    throw new CliError('INPUT', `the body cannot be registered: ${what}`, { cause });
  }
}

async function explain<T>(seal: () => Promise<T>): Promise<T> {
  try {
    return await seal();
  } catch (cause) {
    throw cause instanceof VerifyError ? new CliError('INPUT', cause.message, { cause }) : cause;
  }
}
