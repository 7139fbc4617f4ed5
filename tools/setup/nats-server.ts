import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheDirectory, pointLink, publishFolder } from './cache.ts';
import { fetchDebianPackage } from './debian-package.ts';
import { SetupError } from './error.ts';
import { runCommand, tryCommand } from './run-command.ts';

/** The oldest nats-server that Assay runs on, as [major, minor]. */
const OLDEST = [2, 10] as const;

/** Suites of Debian that carry a new enough nats-server, the steadier first. */
const SUITES = ['trixie', 'sid'] as const;

/**
 * Absolute path or command of a nats-server >= 2.10: `NATS_SERVER_BIN`, else the one on PATH, else the cache's, else a newer
 * Debian's package unpacked into the cache. Leaves a link to it at `<cache>/bin/nats-server`. Throws `SetupError` (`missing`)
 * with what to install.
 */
export async function natsServerBinary(report: (line: string) => void = () => {}): Promise<string> {
  const binary = await findNatsServer(report);
  await pointLink(join(cacheDirectory(), 'bin', 'nats-server'), binary);
  return binary;
}

async function findNatsServer(report: (line: string) => void): Promise<string> {
  const named = process.env.NATS_SERVER_BIN;
  if (named !== undefined && named !== '') {
    if (await isNewEnough(resolve(named))) return resolve(named);
    throw new SetupError(
      'missing',
      `NATS_SERVER_BIN names ${named}, which is not a nats-server >= ${OLDEST.join('.')}`,
    );
  }
  const found = (await onPath()) ?? (await inCache());
  return found ?? fromDebian(report);
}

/** The first usable nats-server on PATH; the link in the cache does not count, it may point to what is gone by now. */
async function onPath(): Promise<string | undefined> {
  const own = join(cacheDirectory(), 'bin');
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder !== '' && folder !== own);
  for (const folder of folders) {
    const candidate = join(folder, 'nats-server');
    if (await isNewEnough(candidate)) return candidate;
  }
  return undefined;
}

async function inCache(): Promise<string | undefined> {
  const unpacked = join(cacheDirectory(), 'nats-server');
  const versions = await readdir(unpacked).catch((): string[] => []);
  for (const version of versions
    .filter((name) => /^\d/.test(name))
    .sort()
    .reverse()) {
    const candidate = await binaryIn(join(unpacked, version));
    if (candidate !== undefined) return candidate;
  }
  return undefined;
}

async function binaryIn(folder: string): Promise<string | undefined> {
  for (const candidate of [join(folder, 'usr/sbin/nats-server'), join(folder, 'usr/bin/nats-server')]) {
    if (await isNewEnough(candidate)) return candidate;
  }
  return undefined;
}

async function fromDebian(report: (line: string) => void): Promise<string> {
  const reasons: string[] = [];
  for (const suite of SUITES) {
    report(`fetching nats-server from Debian ${suite} (about 20 MB)`);
    try {
      return await unpackFrom(suite);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      reasons.push(`Debian ${suite}: ${error.message}`);
    }
  }
  throw new SetupError(
    'missing',
    [
      `nats-server >= ${OLDEST.join('.')} is missing and could not be fetched.`,
      'Install it so that it is on PATH, or set NATS_SERVER_BIN to its path, and run this again.',
      ...reasons,
    ].join('\n'),
  );
}

/** Unpacks nats-server as `suite` has it into the cache, and gives its path; refuses one that does not run here. */
async function unpackFrom(suite: string): Promise<string> {
  const downloads = await mkdtemp(join(tmpdir(), 'assay-apt-'));
  try {
    const { archive, version } = await fetchDebianPackage('nats-server', suite, downloads);
    const target = join(cacheDirectory(), 'nats-server', version);
    await publishFolder(target, async (folder) => {
      await runCommand('dpkg-deb', ['--extract', archive, folder]);
      if ((await binaryIn(folder)) === undefined) {
        throw new SetupError('missing', `its version ${version} is too old or does not run on this machine`);
      }
    });
    return (await binaryIn(target)) ?? join(target, 'usr/sbin/nats-server');
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

async function isNewEnough(binary: string): Promise<boolean> {
  const { exitCode, stdout } = await tryCommand(binary, ['--version']);
  const version = /v(\d+)\.(\d+)\./.exec(stdout);
  if (exitCode !== 0 || version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
