import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Groth16Error } from './error.ts';

/**
 * Reads a file of a circuit, which has to have the hash that the caller knows it by.
 *
 * @param what names the file in errors
 * @param sha256 in hex; any content will do without it
 * @throws Groth16Error `MALFORMED_KEY`
 */
export async function readChecked(what: string, path: string, sha256: string | undefined): Promise<Uint8Array> {
  const bytes = await readFile(path).catch(() => {
    throw new Groth16Error('MALFORMED_KEY', `the ${what} cannot be read from ${path}`);
  });
  if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Groth16Error('MALFORMED_KEY', `the ${what} does not have the expected SHA-256`);
  }
  return bytes;
}
