import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './cache.ts';
import { SetupError } from './error.ts';
import { runCommand, tryCommand } from './run-command.ts';

/** Debian's own signing keys; on each Debian system, and the only keys that are trusted here. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A package file that apt has checked against the signed index of its suite. */
export interface DebianPackage {
  /** Absolute path of the `.deb` file. */
  readonly archive: string;
  readonly version: string;
}

/**
 * Fetches a package of another Debian suite into `folder` without touching the system: apt runs on a configuration and
 * lists of its own, takes mirror and proxy from the system's, and refuses what Debian's keys did not sign. Needs no root.
 * Throws `SetupError` when this is no Debian, or when apt fails.
 */
export async function fetchDebianPackage(name: string, suite: string, folder: string): Promise<DebianPackage> {
  if (!(await exists(KEYRING)))
    throw new SetupError('missing', `${KEYRING} is missing (package debian-archive-keyring)`);
  const env = { APT_CONFIG: await privateConfiguration(folder, await systemMirror(), suite) };
  await runCommand('apt-get', ['update', '--quiet', '-o', 'APT::Update::Error-Mode=any'], { env });
  const downloads = join(folder, 'downloads');
  await mkdir(downloads);
  await runCommand('apt-get', ['download', '--quiet', name], { env, cwd: downloads });
  const file = (await readdir(downloads)).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new SetupError('command', `apt-get downloaded no package file for ${name}`);
  const archive = join(downloads, file);
  const version = (await runCommand('dpkg-deb', ['--field', archive, 'Version'])).trim();
  return { archive, version };
}

/** The mirror that the system takes Debian's own packages from. */
async function systemMirror(): Promise<string> {
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const { exitCode, stdout } = await tryCommand('apt-get', [
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  if (exitCode !== 0) throw new SetupError('missing', 'apt-get is missing or does not work');
  const rows = stdout.split('\n').map((line) => line.split('|'));
  const own = rows.find(([origin, label]) => origin === 'Debian' && label === 'Debian') ?? rows.find(isMainArchive);
  const mirror = own?.[2];
  if (mirror === undefined) {
    throw new SetupError('missing', "the system's apt sources name no Debian archive to take a newer package from");
  }
  return mirror;
}

/** Before the first `apt-get update` no origin is known; then the address itself has to tell the archive from its security part. */
function isMainArchive([, , uri]: readonly string[]): boolean {
  return uri !== undefined && /\/debian\/?$/.test(uri);
}

async function privateConfiguration(folder: string, mirror: string, suite: string): Promise<string> {
  for (const name of ['lists/partial', 'archives/partial', 'empty'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  await writeFile(join(folder, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${suite} main\n`);
  const path = join(folder, 'apt.conf');
  await writeFile(
    path,
    [
      ...(await systemTransport()),
      `Dir::State "${folder}";`,
      `Dir::State::lists "${join(folder, 'lists')}";`,
      `Dir::State::status "${join(folder, 'status')}";`,
      `Dir::Cache "${folder}";`,
      `Dir::Cache::archives "${join(folder, 'archives')}";`,
      'Dir::Cache::pkgcache "";',
      'Dir::Cache::srcpkgcache "";',
      `Dir::Etc::sourcelist "${join(folder, 'sources.list')}";`,
      // No hooks, preferences or further sources of the system.
      ...['sourceparts', 'parts', 'preferencesparts', 'trustedparts'].map(
        (key) => `Dir::Etc::${key} "${join(folder, 'empty')}";`,
      ),
      ...['main', 'preferences', 'trusted'].map((key) => `Dir::Etc::${key} "${join(folder, 'empty', 'none')}";`),
      // As root, apt would become a user who cannot reach this folder.
      'APT::Sandbox::User "root";',
      'APT::Get::AllowUnauthenticated "false";',
      'Acquire::AllowInsecureRepositories "false";',
      'Acquire::AllowDowngradeToInsecureRepositories "false";',
      'Acquire::AllowWeakRepositories "false";',
      'Acquire::Languages "none";',
      'Acquire::Retries "3";',
      '',
    ].join('\n'),
  );
  return path;
}

/** How the system reaches its mirrors (proxies, time-outs, checks of dates), as lines of configuration. */
async function systemTransport(): Promise<string[]> {
  const lines = (await runCommand('apt-config', ['dump'])).split('\n');
  return lines.filter((line) => /^Acquire::(https?|ftp|ForceIPv[46]|Check-|Max-)/i.test(line));
}
