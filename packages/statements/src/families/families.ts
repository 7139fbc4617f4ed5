import type { Model } from '@assay/model';
import { StatementError } from '../error.ts';
import { ADDITIVE } from './additive.ts';
import type { Family } from './family.ts';
import { NETWORK } from './network.ts';
import { TREES_32X4, TREES_100X6 } from './trees.ts';

/** Every family that a proof system exists for. A number, once given, is never given to another. */
export const FAMILIES: readonly Family[] = [ADDITIVE, TREES_32X4, TREES_100X6, NETWORK];

/**
 * The family of a model.
 *
 * @throws StatementError `out-of-range` for a size that no circuit has
 */
export function familyOf(model: Model): Family {
  const family = FAMILIES.find((known) => known.includes(model));
  if (family === undefined) throw new StatementError('out-of-range', 'model', 'of a size that no circuit has');
  return family;
}

/** Whether `circuit` is the one that proves this statement of models of the family with this number. */
export function provesFamily(statement: 'conformance' | 'decision', circuit: string, family: bigint): boolean {
  return FAMILIES.some((known) => known.number === family && known[statement] === circuit);
}
