import { IndexedTree } from '@assay/field';
import { StatementError } from './error.ts';
import { type Issuer, IssuerTree } from './issuer.ts';
import { TREE_DEPTHS } from './trees.ts';

/** What the authorities publish about issuers, credentials and documents. */
export interface TrustLists {
  readonly issuers: readonly Issuer[];
  /** `credentialId`s, each in [1, 2^64). */
  readonly revokedCredentials: readonly bigint[];
  /** `documentHash`es, each in [1, 2^248). */
  readonly screenedDocuments: readonly bigint[];
}

/** The trees of the lists, whose roots the authorities register. */
export interface TrustTrees {
  readonly issuers: IssuerTree;
  readonly revocation: IndexedTree;
  readonly screening: IndexedTree;
}

/**
 * Builds the trees: whoever registers a root builds it so, for the circuit takes well-formed trees for granted.
 *
 * @throws StatementError `out-of-range` for a list that does not fit; FieldError `INVALID_SET` for values that repeat
 */
export function buildTrustTrees({ issuers, revokedCredentials, screenedDocuments }: TrustLists): TrustTrees {
  if (revokedCredentials.some((id) => id >> 64n !== 0n)) {
    throw new StatementError('out-of-range', 'revokedCredentials', 'a credential id is below 2^64');
  }
  return {
    issuers: new IssuerTree(issuers),
    revocation: new IndexedTree(TREE_DEPTHS.revocation, revokedCredentials),
    screening: new IndexedTree(TREE_DEPTHS.screening, screenedDocuments),
  };
}
