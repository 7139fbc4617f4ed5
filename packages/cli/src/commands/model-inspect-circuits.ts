import { fileURLToPath } from 'node:url';
import type { LoweredModel } from '@assay/model';
import { FAMILIES } from '@assay/statements';
import { readInput } from '../files.ts';

/** A circuit that proves something of a model. */
export interface CircuitSize {
  readonly name: string;
  /** Constraints as proved, after simplification; undefined where the checkout's list has it not. */
  readonly constraints: number | undefined;
}

const COUNTS = new URL('../../../../circuits/constraints.json', import.meta.url);

/** The circuits for decisions and conformance of a model of this family and size; none where there is no proof system for it. */
export async function circuitsOf(model: LoweredModel): Promise<CircuitSize[]> {
  const family = FAMILIES.find((known) => known.includes(model));
  if (family === undefined) return [];
  const counts = JSON.parse(new TextDecoder().decode(await readInput(fileURLToPath(COUNTS)))) as Counts;
  return [family.decision, family.conformance].map((name) => ({ name, constraints: counts[name]?.O2.constraints }));
}

type Counts = Readonly<Partial<Record<string, { readonly O2: { readonly constraints: number } }>>>;
