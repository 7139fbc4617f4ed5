import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { checkout } from './cache.ts';
import { LIBRARY } from './circom.ts';

/** Circuits that are made only where somebody asks for them: large, and needed by the banks alone that have such a model. */
export const ON_DEMAND: readonly string[] = [
  'conformance-network',
  'decision-network',
  'decision-trees-100x6',
  'reasons-network',
  'reasons-trees-100x6',
  'reasons-trees-32x4',
];

/**
 * Circuits that are another size of one that is counted at every level of simplification, by the name of that one: they are
 * counted as they are proved, for it takes a minute of a processor to count one at each other level.
 */
export const OTHER_SIZES: Readonly<Record<string, string>> = {
  'decision-trees-100x6': 'decision-trees-32x4',
  'reasons-trees-100x6': 'reasons-trees-32x4',
};

/** Names of all statements that have a circuit, sorted. */
export async function circuitNames(): Promise<string[]> {
  const files = await readdir(join(checkout, 'circuits/statements')).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith('.circom'))
    .map((file) => file.slice(0, -'.circom'.length))
    .sort();
}

/** The committed counts of constraints, by statement and level of simplification. */
export const PINNED_COUNTS: string = join(checkout, 'circuits/constraints.json');

/**
 * Sorts statements by their size as it is committed, the largest first, so that none of those is left to a single processor at the
 * end; what is not committed yet comes before all.
 */
export async function largestFirst(names: readonly string[]): Promise<string[]> {
  const text = await readFile(PINNED_COUNTS, 'utf8').catch(() => '{}');
  const pinned = JSON.parse(text) as Record<string, { readonly O2: { readonly constraints: number } }>;
  const size = (name: string): number => pinned[name]?.O2.constraints ?? Number.MAX_SAFE_INTEGER;
  return names.toSorted((a, b) => size(b) - size(a));
}

/**
 * The source of a statement with everything it includes, however deeply: path relative to the checkout, and text, sorted by
 * path. A file that is named but not there is left out; saying so is the compiler's part.
 */
export async function circuitSources(name: string): Promise<[path: string, text: string][]> {
  const sources = new Map<string, string>();
  const visit = async (candidates: readonly string[]): Promise<void> => {
    for (const path of candidates) {
      if (sources.has(path)) return;
      const text = await readFile(join(checkout, path), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      sources.set(path, text);
      for (const included of includes(text)) {
        await visit([normalize(join(dirname(path), included)), normalize(join(LIBRARY, included))]);
      }
      return;
    }
  };
  await visit([`circuits/statements/${name}.circom`]);
  return [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Targets of a source's include directives; one in a comment counts too, which costs a needless compilation at most. */
function includes(text: string): string[] {
  return [...text.matchAll(/\binclude\s*"([^"]+)"/g)].map(([, target = '']) => target);
}
