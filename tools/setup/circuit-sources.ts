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
