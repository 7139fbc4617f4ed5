import {
  FixedBase,
  fr,
  frToBytes,
  GROUPS,
  IDENTITY,
  integerFromBytes,
  PARTITIONS,
  type Point,
  pointMultiply,
  reduceScalar,
  type Scalar,
  SUBGROUP_ORDER,
  sumPoints,
  tallyGenerators,
} from '@assay/field';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** What one closing adds to the counts: the applicant's group in each partition, and whether it was an approval. */
export interface ClosingTally {
  /** Group 0..7 in each of the 4 partitions. */
  readonly groups: readonly number[];
  readonly approved: boolean;
  /** Blinding below l. */
  readonly blinding: bigint;
}

/** Counts of a window, with the sum of its closings' blindings. Never leaves the provers. */
export interface TallyOpening {
  /** `sizes[p][g]`: closings of group g. */
  readonly sizes: readonly (readonly number[])[];
  /** `approvals[p][g]`. */
  readonly approvals: readonly (readonly number[])[];
  /** Sum of the blindings mod l. */
  readonly blinding: bigint;
}

/** What a blinding is derived from; no two closings share all of it. */
export interface BlindingContext {
  readonly kind: 'decision' | 'manual-decision';
  readonly applicantCommitment: bigint;
  /** 0 for manual decisions. */
  readonly modelCommitment: bigint;
  readonly partitionsHash: bigint;
  readonly groups: readonly number[];
  readonly approved: boolean;
  /** 32 random bytes, kept with the opening and deleted with it. */
  readonly tallySalt: Uint8Array;
}

const BLINDING_VERSION = 1;

/** The blinding of one closing's tally (docs/spec/statements.md, section 7): a PRF under the prover's key, so that no two tallies share one. */
export function tallyBlinding(tallyKey: Uint8Array, context: BlindingContext): Scalar {
  const zero = Uint8Array.of(0);
  const message = concatBytes(
    utf8ToBytes('assay.v1.blinding'),
    zero,
    utf8ToBytes(context.kind),
    zero,
    Uint8Array.of(BLINDING_VERSION),
    frToBytes(fr(context.applicantCommitment)),
    frToBytes(fr(context.modelCommitment)),
    frToBytes(fr(context.partitionsHash)),
    Uint8Array.from(context.groups),
    Uint8Array.of(Number(context.approved)),
    context.tallySalt,
  );
  return reduceScalar(integerFromBytes(hmac(sha512, tallyKey, message)));
}

let multiplesOfBlinding: FixedBase | undefined;

/** `k` times the generator that carries the blindings. */
function blinded(k: bigint): Point {
  multiplesOfBlinding ??= new FixedBase(tallyGenerators().blinding);
  return multiplesOfBlinding.multiply(k);
}

/** The tally of a closing that is counted. A referred decision's is the identity. */
export function closingTally({ groups, approved, blinding }: ClosingTally): Point {
  const generators = tallyGenerators();
  return sumPoints([
    blinded(blinding),
    ...groups.map((g, p) => generators.decided[p]![g]!),
    ...(approved ? groups.map((g, p) => generators.approved[p]![g]!) : []),
  ]);
}

/** Adds up closings. */
export function sumClosings(closings: readonly ClosingTally[]): TallyOpening {
  const counts = (): number[][] => Array.from({ length: PARTITIONS }, () => new Array<number>(GROUPS).fill(0));
  const sizes = counts();
  const approvals = counts();
  let blinding = 0n;
  for (const closing of closings) {
    closing.groups.forEach((g, p) => {
      sizes[p]![g]!++;
      if (closing.approved) approvals[p]![g]!++;
    });
    blinding = (blinding + closing.blinding) % SUBGROUP_ORDER;
  }
  return { sizes, approvals, blinding };
}

/** The point that an opening opens: equal to the sum of its closings' tallies. */
export function openingTally(opening: TallyOpening): Point {
  const { decided, approved } = tallyGenerators();
  const times = (generators: readonly (readonly Point[])[], counts: readonly (readonly number[])[]): Point[] =>
    counts.flatMap((row, p) => row.map((count, g) => pointMultiply(generators[p]![g]!, BigInt(count))));
  return sumPoints([
    IDENTITY,
    blinded(opening.blinding),
    ...times(decided, opening.sizes),
    ...times(approved, opening.approvals),
  ]);
}
