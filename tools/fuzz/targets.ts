import { FREEDOMS } from './freedoms.ts';
import type { FuzzTarget } from './fuzz.ts';
import { loadLevelOne } from './level-one.ts';
import { samplesOf } from './samples.ts';

/** The circuits that are fuzzed. */
export const CIRCUITS: readonly string[] = Object.keys(FREEDOMS);

/** The targets of one statement's circuit: one for each sample witness. */
export async function targetsOf(name: string): Promise<FuzzTarget[]> {
  const [{ r1cs, nameOf, witness, optimised }, samples] = await Promise.all([loadLevelOne(name), samplesOf(name)]);
  const { given, bounded, free } = FREEDOMS[name] ?? { given: [], bounded: [], free: [] };
  return samples.map((input, i) => ({
    name: `${name}#${i}`,
    r1cs,
    nameOf,
    witness: witness(input),
    simplified: optimised,
    given,
    bounded,
    free,
  }));
}
