import { open } from 'node:fs/promises';
import { ConfigError } from './error.ts';

const KEY_BYTES = 32;

/**
 * The Ed25519 secret key of 32 bytes in a file that its owner alone may read. It is never made here: trust files name its public key.
 *
 * @throws ConfigError `CONFIG_UNREADABLE`
 */
export async function readSigningKey(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new ConfigError('CONFIG_UNREADABLE', `the key file ${path} cannot be read`, { cause });
  });
  try {
    if (((await file.stat()).mode & 0o077) !== 0)
      throw new ConfigError('CONFIG_UNREADABLE', `the key file ${path} may be read by others: chmod 600`);
    const key = await file.readFile();
    if (key.length !== KEY_BYTES)
      throw new ConfigError('CONFIG_UNREADABLE', `the key file ${path} does not have ${KEY_BYTES} bytes`);
    return new Uint8Array(key);
  } finally {
    await file.close();
  }
}
