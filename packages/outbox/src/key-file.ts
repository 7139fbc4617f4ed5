import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { OutboxError } from './error.ts';

const KEY_BYTES = 32;

/**
 * The 32-byte key in the file at `path`; made, from the operating system's generator, when there is none. The file is
 * readable by its owner alone (0600), complete and on disk before it has its name. Of several processes that start at
 * once, one makes it and the others read it. Errors: `BAD_KEY` when it is a link, not a plain file, open to others or of
 * another length; the file system's errors otherwise.
 */
export function loadOrCreateKey(path: string): Uint8Array {
  return load(path) ?? create(path) ?? loadMade(path);
}

function load(path: string): Uint8Array | undefined {
  const file = openExisting(path);
  if (file === undefined) return undefined;
  try {
    const { mode } = fstatSync(file);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw badKey(path, 'is not a plain file');
    if ((mode & 0o077) !== 0) throw badKey(path, 'may be read by others: chmod 600');
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES) throw badKey(path, `does not have ${KEY_BYTES} bytes`);
    return Uint8Array.from(key);
  } finally {
    closeSync(file);
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw badKey(path, 'is a link');
    throw error;
  }
}

/** `undefined` when another process was first. */
function create(path: string): Uint8Array | undefined {
  const key = randomBytes(KEY_BYTES);
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeDurably(draft, key);
  try {
    linkSync(draft, path);
    syncDirectory(dirname(path));
    return Uint8Array.from(key);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function loadMade(path: string): Uint8Array {
  const key = load(path);
  if (key === undefined) throw badKey(path, 'vanished while it was being made');
  return key;
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function badKey(path: string, what: string): OutboxError {
  return new OutboxError('BAD_KEY', `the key file ${path} ${what}`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
