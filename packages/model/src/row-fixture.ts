// Test only: encoded applicants as a list.
import type { Schema } from '@assay/schema';
import { randomApplicants, sequence } from './random-applicants.ts';

/** Uniform below `limit`, from a fixed sequence: failures repeat. */
export function generator(seed: number): (limit: bigint) => bigint {
  return sequence(BigInt(seed));
}

/** Applicants within the schema's ranges, the same for the same seed. */
export function randomRows(schema: Schema, count: number, seed: number): (readonly bigint[])[] {
  return [...randomApplicants(schema, count, BigInt(seed))];
}
