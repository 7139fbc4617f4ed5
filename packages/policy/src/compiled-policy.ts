import type { Fr, IndexedTree } from '@assay/field';
import type { PolicyDocument } from './document.ts';

/** An interval clause of the circuit: `lo <= a * x_i + b * x_j <= hi` over encoded attributes. */
export interface Clause {
  readonly i: number;
  readonly j: number;
  readonly a: bigint;
  readonly b: bigint;
  readonly lo: bigint;
  readonly hi: bigint;
}

/** A set clause of the circuit: `x_slot` is, or with `negated` is not, a member. */
export interface SetClause {
  readonly slot: number;
  readonly negated: boolean;
  /** Encoded values, ascending. */
  readonly values: readonly bigint[];
  /** Indexed tree of depth 2 of the values plus one: an encoded value may be 0, an indexed one not. */
  readonly tree: IndexedTree;
}

/** A policy as the circuit has it. Lists hold what is used; the hash fills them up (docs/spec/statements.md, section 4). */
export interface CompiledPolicy {
  readonly document: PolicyDocument;
  /** The CEL text. */
  readonly text: string;
  readonly schemaId: bigint;
  /** Slots that one of the two credentials has to attest: bit i is slot i. */
  readonly attestedMask: bigint;
  /** Slots that the identity credential has to attest. */
  readonly identityMask: bigint;
  readonly ordinalMax: number;
  /** At most 12. */
  readonly clauses: readonly Clause[];
  /** At most 4. */
  readonly sets: readonly SetClause[];
  /** At most 4; each a mask of 16 bits: bit c is clause c, bit 12 + k set clause k. */
  readonly conjunctions: readonly number[];
  readonly policyHash: Fr;
}
