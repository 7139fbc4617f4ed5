import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { writeWhole } from './cache.ts';
import type { ConstraintCounts, Simplification } from './circom.ts';
import { largestFirst, OTHER_SIZES, PINNED_COUNTS } from './circuit-sources.ts';
import { type CompiledCircuit, compileLower, inParallel } from './circuits.ts';
import type { Progress } from './progress.ts';

/**
 * Counts of one circuit at each level of simplification: what the optimiser removes can be seen, and cannot change unnoticed. Of
 * another size of such a circuit (see {@link OTHER_SIZES}), at the level that is proved alone.
 */
export type CircuitCounts = Readonly<
  Record<'O2', ConstraintCounts> & Partial<Record<Exclude<Simplification, 'O2'>, ConstraintCounts>>
>;

/** Counts the constraints of compiled statements at all levels; compiles again what the cache lacks. */
export async function countConstraints(
  circuits: readonly CompiledCircuit[],
  progress: Progress,
): Promise<Map<string, CircuitCounts>> {
  const names = await largestFirst(circuits.map(({ name }) => name));
  const lower = names.flatMap((name) => lowerLevels(name).map((level) => ({ name, level })));
  const reports = await inParallel(lower, async ({ name, level }) => ({
    name,
    level,
    report: (await compileLower(name, level, progress)).report,
  }));
  return new Map(
    circuits.map(({ name, report }) => {
      const counted = reports.filter((entry) => entry.name === name).map((entry) => [entry.level, entry.report.counts]);
      return [name, { ...Object.fromEntries(counted), O2: report.counts }];
    }),
  );
}

/** The levels below the proved one at which a statement is counted. */
export function lowerLevels(name: string): readonly ('O0' | 'O1')[] {
  return OTHER_SIZES[name] === undefined ? ['O0', 'O1'] : [];
}

/** The committed counts, by statement. */
export async function pinnedCounts(): Promise<Map<string, CircuitCounts>> {
  const text = await readFile(PINNED_COUNTS, 'utf8').catch(() => '{}');
  return new Map(Object.entries(JSON.parse(text) as Record<string, CircuitCounts>));
}

/** Commits to `counts`: replaces their entries in `circuits/constraints.json`, and drops statements not in `names`. */
export async function pinCounts(counts: ReadonlyMap<string, CircuitCounts>, names: readonly string[]): Promise<void> {
  const merged = [...new Map([...(await pinnedCounts()), ...counts])].filter(([name]) => names.includes(name));
  merged.sort(([a], [b]) => (a < b ? -1 : 1));
  await writeWhole(PINNED_COUNTS, `${JSON.stringify(Object.fromEntries(merged), undefined, 2)}\n`);
}

/** How compiled circuits differ from the committed counts, a line for each statement and level; empty when they agree. */
export function countDifferences(
  actual: ReadonlyMap<string, CircuitCounts>,
  pinned: ReadonlyMap<string, CircuitCounts>,
): string[] {
  const names = [...new Set([...actual.keys(), ...pinned.keys()])].sort();
  return names.flatMap((name) => {
    const [found, expected] = [actual.get(name), pinned.get(name)];
    if (found === undefined) return [`${name}: pinned in circuits/constraints.json, but there is no such circuit`];
    if (expected === undefined) return [`${name}: not pinned in circuits/constraints.json`];
    return (['O0', 'O1', 'O2'] as const)
      .filter((level) => !isDeepStrictEqual(found[level], expected[level]))
      .map(
        (level) => `${name} at ${level}: ${JSON.stringify(found[level])}, pinned ${JSON.stringify(expected[level])}`,
      );
  });
}
