import { open } from 'node:fs/promises';
import { VerifierError } from './verifier-error.ts';

const KEY_BYTES = 32;

/** The secret key in a file that its owner alone may read. It is never made here: trust files name its public key. @throws VerifierError `CONFIG` */
export async function readSecretKey(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new VerifierError('CONFIG', `the key file ${path} cannot be read`, { cause });
  });
  try {
    if (((await file.stat()).mode & 0o077) !== 0)
      throw new VerifierError('CONFIG', `the key file ${path} may be read by others: chmod 600`);
    const key = await file.readFile();
    if (key.length !== KEY_BYTES)
      throw new VerifierError('CONFIG', `the key file ${path} does not have ${KEY_BYTES} bytes`);
    return new Uint8Array(key);
  } finally {
    await file.close();
  }
}
