/** What a circuit leaves open on purpose. */
export interface Freedoms {
  /** Public signals that no constraint computes from private inputs. */
  readonly given: readonly string[];
  /** Public signals that the statement bounds and does not determine. */
  readonly bounded: readonly string[];
  /** Private wires that may have other values while all public signals stay, by name. */
  readonly free: readonly RegExp[];
}

/** The blinding of a tally that is the identity: a decision that refers adds nothing to it. */
const BLINDING = [/^blinding$/, /\bTally_\*\.blind\b/];

/** circomlib's IsZero multiplies the inverse with its input: it is free where that is zero. */
const INVERSE = /\.inv$/;

export const FREEDOMS: Readonly<Record<string, Freedoms>> = {
  'conformance-additive': {
    given: ['schemaId', 'prohibitedMask', 'family'],
    bounded: ['prohibitedMask'],
    free: [INVERSE],
  },
  'conformance-trees': { given: ['schemaId', 'prohibitedMask', 'family'], bounded: ['prohibitedMask'], free: [] },
  'decision-additive': { given: [], bounded: [], free: [INVERSE, ...BLINDING] },
  'manual-decision': { given: [], bounded: [], free: [INVERSE] },
  'reasons-additive': { given: [], bounded: [], free: [] },
  eligibility: { given: ['scope', 'audience', 'ordinal', 'asOf'], bounded: ['asOf'], free: [INVERSE] },
  // Where no group is judged any reference will do: the verdict, which is public, is the same for all of them.
  fairness: { given: ['partitionsHash'], bounded: [], free: [INVERSE, /^h\[/, /^Verdict_\*\[\d\]\./] },
};
