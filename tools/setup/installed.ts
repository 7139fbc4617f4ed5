// Exits 0 when node_modules holds exactly what package-lock.json asks for on this platform, 1 otherwise. Runs before any
// package is there, so it imports Node's own modules only.
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** The `packages` of a lock file: the committed one, or the one that npm keeps of what it installed. */
function lockedPackages(path: string): Record<string, LockedPackage> {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function installed(): boolean {
  const hidden = 'node_modules/.package-lock.json';
  if (!existsSync(hidden)) return false;
  const wanted = lockedPackages('package-lock.json');
  const present = lockedPackages(hidden);
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return agreesWithManifest(path, entry);
    if (entry.link) return existsSync(path);
    const found = present[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(path);
  });
}

/** Whether a workspace's package.json names the dependencies that the lock file was made from. */
function agreesWithManifest(folder: string, entry: LockedPackage): boolean {
  const manifest: LockedPackage = JSON.parse(readFileSync(`${folder || '.'}/package.json`, 'utf8'));
  return (['dependencies', 'devDependencies', 'optionalDependencies'] as const).every((kind) =>
    isDeepStrictEqual(manifest[kind] ?? {}, entry[kind] ?? {}),
  );
}

process.exit(installed() ? 0 : 1);
