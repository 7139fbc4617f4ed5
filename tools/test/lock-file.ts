/** The part of a lock file's entry that matters here. */
export interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Names the optional dependencies (binaries for other platforms, mostly) that a lock file mentions without an entry of their own,
 * sorted. `npm install` leaves them out when its registry does not carry them, and `npm ci` refuses the result elsewhere.
 */
export function lockFileGaps(packages: Readonly<Record<string, LockEntry>>): string[] {
  const gaps = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  return [...new Set(gaps)].sort();
}
