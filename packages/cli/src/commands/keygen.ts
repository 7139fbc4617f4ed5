import { randomBytes } from 'node:crypto';
import { keyIdOf } from '@assay/verify';
import { ed25519 } from '@noble/curves/ed25519.js';
import { CliError } from '../cli-error.ts';
import { type Command, readOptions } from '../command.ts';
import { writeNew } from '../files.ts';

/** `assay keygen`: makes an Ed25519 key for envelopes or for the log, and prints what others need to know of it. */
export const keygenCommand: Command = {
  usage: '--out FILE',
  summary: 'make a signing key (32 bytes, readable by you alone) and print its public key and key id',
  async run(args, { print }) {
    const { positionals, values } = readOptions(args, ['out']);
    if (positionals.length > 0 || values.out === undefined) throw new CliError('USAGE', 'keygen takes --out FILE');
    const secret = randomBytes(32);
    await writeNew(values.out, secret, true);
    const publicKey = ed25519.getPublicKey(secret);
    const base64 = Buffer.from(publicKey).toString('base64');
    print(JSON.stringify({ publicKey: base64, keyId: keyIdOf(publicKey) }));
  },
};
