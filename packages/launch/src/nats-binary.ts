import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchError } from './error.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OLDEST = [2, 10] as const;

/**
 * Finds nats-server: `NATS_SERVER_BIN`, then PATH when it is 2.10 or newer, then `bin/nats-server` in the cache folder
 * (`ASSAY_CACHE_DIR`, or `.cache` of the repository). Error: `NATS_SERVER_MISSING`.
 */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.NATS_SERVER_BIN;
  if (named) {
    if (isRecent(named)) return realpathSync(named);
    throw missing(`NATS_SERVER_BIN names no nats-server of version ${OLDEST.join('.')} or newer`);
  }
  const cached = join(resolve(env.ASSAY_CACHE_DIR ?? join(ROOT, '.cache')), 'bin', 'nats-server');
  const candidates = (env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'nats-server'));
  const found = [...candidates, cached].find(isRecent);
  if (found === undefined)
    throw missing(`no nats-server ${OLDEST.join('.')} or newer in PATH, and none in the cache folder`);
  return realpathSync(found);
}

function isRecent(path: string): boolean {
  const version = isExecutable(path) ? /v(\d+)\.(\d+)\./.exec(versionOf(path)) : null;
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not to be run: one candidate less, which is the answer.
    return false;
  }
}

/** What it says of itself; empty when it cannot be run, which no version matches. */
function versionOf(path: string): string {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 5_000, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function missing(what: string): LaunchError {
  return new LaunchError('NATS_SERVER_MISSING', `${what}; set NATS_SERVER_BIN, install nats-server, or run make setup`);
}
