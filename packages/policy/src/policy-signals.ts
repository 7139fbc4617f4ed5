import { chain, type Fr, frFromSigned } from '@assay/field';
import type { Clause, CompiledPolicy } from './compiled-policy.ts';
import { CLAUSES, CONJUNCTIONS, SET_CLAUSES } from './limits.ts';

/** The policy's private inputs of the eligibility circuit, under the circuit's names. */
export interface PolicySignals {
  readonly attestedMask: bigint;
  readonly identityMask: bigint;
  readonly ordinalMax: bigint;
  /** Slots, conjunctions and negations, 212 bits: see docs/spec/statements.md, section 4. */
  readonly shape: bigint;
  readonly a: readonly Fr[];
  readonly b: readonly Fr[];
  readonly lo: readonly Fr[];
  readonly hi: readonly Fr[];
  readonly setRoot: readonly Fr[];
}

/** What the hash of a policy covers. */
export type HashedPolicy = Omit<CompiledPolicy, 'document' | 'text' | 'policyHash'>;

const UNUSED: Clause = { i: 0, j: 0, a: 0n, b: 0n, lo: 0n, hi: 0n };

/** The circuit's view of a policy. */
export function policySignals(policy: HashedPolicy): PolicySignals {
  const clauses = Array.from({ length: CLAUSES }, (_, c) => policy.clauses[c] ?? UNUSED);
  return {
    attestedMask: policy.attestedMask,
    identityMask: policy.identityMask,
    ordinalMax: BigInt(policy.ordinalMax),
    shape: shapeOf(policy, clauses),
    a: clauses.map(({ a }) => frFromSigned(a)),
    b: clauses.map(({ b }) => frFromSigned(b)),
    lo: clauses.map(({ lo }) => frFromSigned(lo)),
    hi: clauses.map(({ hi }) => frFromSigned(hi)),
    setRoot: Array.from({ length: SET_CLAUSES }, (_, k) => policy.sets[k]?.tree.root ?? (0n as Fr)),
  };
}

/** `policyHash` of docs/spec/statements.md, section 4. */
export function policyHash(policy: HashedPolicy): Fr {
  const { attestedMask, identityMask, ordinalMax, shape, a, b, lo, hi, setRoot } = policySignals(policy);
  const clauses = a.flatMap((_, c) => [a[c]!, b[c]!, lo[c]!, hi[c]!]);
  return chain('policy', [policy.schemaId, attestedMask, identityMask, ordinalMax, shape, ...clauses, ...setRoot]);
}

/** 10 bits a clause, 6 a set clause, 17 a conjunction, from the lowest bit. */
function shapeOf({ sets, conjunctions }: HashedPolicy, clauses: readonly Clause[]): bigint {
  let shape = 0n;
  let at = 0n;
  const append = (value: number, bits: bigint): void => {
    shape |= BigInt(value) << at;
    at += bits;
  };
  for (const { i, j } of clauses) {
    append(i, 5n);
    append(j, 5n);
  }
  for (let k = 0; k < SET_CLAUSES; k++) {
    append(sets[k]?.slot ?? 0, 5n);
    append(Number(sets[k]?.negated ?? false), 1n);
  }
  for (let d = 0; d < CONJUNCTIONS; d++) {
    append(Number(d < conjunctions.length), 1n);
    append(conjunctions[d] ?? 0, 16n);
  }
  return shape;
}
