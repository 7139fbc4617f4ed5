/** Depth of every kind of 8-ary tree (docs/spec/statements.md, section 3). */
export const TREE_DEPTHS = { issuers: 2, revocation: 6, screening: 6, policySet: 2 } as const;
