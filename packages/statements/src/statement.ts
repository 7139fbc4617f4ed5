import { type Fr, isFr, type Point } from '@assay/field';
import { FAMILIES } from './families/families.ts';

/**
 * The public signals of every statement, in the order in which circuits, proofs and verifiers have them
 * (docs/spec/statements.md, section 9).
 */
const SIGNALS = {
  eligibility: [
    'applicantCommitment',
    'eligibilityCommitment',
    'nullifier',
    'credentialNullifier',
    'scope',
    'audience',
    'ordinal',
    'policyHash',
    'issuerRoot',
    'revocationRoot',
    'screeningRoot',
    'asOf',
  ],
  conformance: ['modelCommitment', 'schemaId', 'prohibitedMask', 'family'],
  decision: [
    'applicantCommitment',
    'modelCommitment',
    'partitionsHash',
    'eligibilityCommitment',
    'referred',
    'tallyX',
    'tallyY',
    'outcomeCommitment',
    'reasonsCommitment',
  ],
  'manual-decision': [
    'applicantCommitment',
    'partitionsHash',
    'eligibilityCommitment',
    'officerCommitment',
    'tallyX',
    'tallyY',
    'outcomeCommitment',
    'reasonsCommitment',
  ],
  fairness: [
    'tallyX',
    'tallyY',
    'total',
    'partitionsHash',
    'fairnessPolicyHash',
    'verdict0',
    'verdict1',
    'verdict2',
    'verdict3',
    'tableCiphertextHash',
  ],
} as const;

/** A kind of claim that the archive knows. */
export type StatementKind = keyof typeof SIGNALS;
/** Public signals of a statement by name. */
export type SignalsOf<K extends StatementKind> = Readonly<Record<(typeof SIGNALS)[K][number], Fr>>;

/** Every statement kind, in the order of the specification. */
export const STATEMENT_KINDS = Object.keys(SIGNALS) as readonly StatementKind[];

/** The circuits that prove a statement: those of every model family where a model is involved (see `provesFamily`). */
export const CIRCUITS: Readonly<Record<StatementKind, readonly string[]>> = {
  eligibility: ['eligibility'],
  conformance: [...new Set(FAMILIES.map(({ conformance }) => conformance))],
  decision: FAMILIES.map(({ decision }) => decision),
  'manual-decision': ['manual-decision'],
  fairness: ['fairness'],
};

/** Whether `value` names a statement. */
export function isStatementKind(value: string): value is StatementKind {
  return Object.hasOwn(SIGNALS, value);
}

/** Names of the public signals of `kind`, in order. */
export function signalNames(kind: StatementKind): readonly string[] {
  return SIGNALS[kind];
}

/** Public signals in circuit order. */
export function encodeSignals<K extends StatementKind>(kind: K, signals: SignalsOf<K>): bigint[] {
  return SIGNALS[kind].map((name) => signals[name as keyof SignalsOf<K>]);
}

/** Public signals by name, or `undefined` when there are not exactly as many as the statement has, or one is no field element. */
export function decodeSignals<K extends StatementKind>(kind: K, values: readonly bigint[]): SignalsOf<K> | undefined {
  const names = SIGNALS[kind];
  if (values.length !== names.length) return undefined;
  const signals: Record<string, Fr> = {};
  for (const [i, name] of names.entries()) {
    const value = values[i]!;
    if (!isFr(value)) return undefined;
    signals[name] = value;
  }
  return signals as SignalsOf<K>;
}

/** The tally that a closing or fairness statement shows. It need not lie on the curve: the verifier checks. */
export function tallyOf(signals: { readonly tallyX: Fr; readonly tallyY: Fr }): Point {
  return { x: signals.tallyX, y: signals.tallyY };
}
