import { open } from 'node:fs/promises';
import { LogWitnessError } from './log-witness-error.ts';

/** The secret key in a file that its owner alone may read; never made here. @throws LogWitnessError `CONFIG` */
export async function readSecretKey(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new LogWitnessError('CONFIG', `the key file ${path} cannot be read`, { cause });
  });
  try {
    if (((await file.stat()).mode & 0o077) !== 0)
      throw new LogWitnessError('CONFIG', `the key file ${path} may be read by others: chmod 600`);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
