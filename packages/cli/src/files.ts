import { constants } from 'node:fs';
import { open, readFile, realpath, writeFile } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { CliError } from './cli-error.ts';

/** The bytes of a file that the user names. @throws CliError `INPUT` */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CliError('INPUT', `${path} cannot be read`, { cause });
  }
}

/** Writes a file that must not be there yet. `secret`: readable by its owner alone. @throws CliError `INPUT` */
export async function writeNew(path: string, bytes: Uint8Array | readonly Uint8Array[], secret = false): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: secret ? 0o600 : 0o644, flush: true });
  } catch (cause) {
    throw new CliError('INPUT', `${path} cannot be made: it may be there already`, { cause });
  }
}

/** A secret key of 32 bytes, from a file that its owner alone may read. @throws CliError `INPUT` */
export async function readSecretKey(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw new CliError('INPUT', `${path} cannot be read`, { cause });
  });
  try {
    if (((await file.stat()).mode & 0o077) !== 0)
      throw new CliError('INPUT', `${path} may be read by others: chmod 600`);
    const key = await file.readFile();
    if (key.length !== 32) throw new CliError('INPUT', `${path} does not have 32 bytes`);
    return new Uint8Array(key);
  } finally {
    await file.close();
  }
}

/** Whether a file lies in a directory, links followed. @throws CliError `INPUT` where one of them is not there */
export async function liesWithin(path: string, dir: string): Promise<boolean> {
  const [file, directory] = await Promise.all([resolved(path), resolved(dir)]);
  const way = relative(directory, file);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw new CliError('INPUT', `${path} cannot be read`, { cause });
  }
}
