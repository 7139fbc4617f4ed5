import { type Fr, type MerklePath, MerkleTree8, type Point, pointEquals, poseidon, tag } from '@assay/field';
import { StatementError } from './error.ts';
import { TREE_DEPTHS } from './trees.ts';

/** What an issuer vouches for. */
export type Role = 'identity' | 'financial';

/** The number of each role in an issuer's leaf. */
export const ROLES: Readonly<Record<Role, bigint>> = { identity: 1n, financial: 2n };

/** A trusted issuer: a key, and what it may sign. Days count from 1970-01-01, both inclusive. */
export interface Issuer {
  readonly publicKey: Point;
  readonly schemaId: bigint;
  readonly role: Role;
  /** Slots that it may attest, 32 bits. */
  readonly allowedMask: bigint;
  readonly validFrom: number;
  readonly validUntil: number;
}

/** `issuerLeaf` of docs/spec/statements.md, section 3. */
export function hashIssuer({ publicKey, schemaId, role, allowedMask, validFrom, validUntil }: Issuer): Fr {
  return poseidon([
    tag('issuer'),
    publicKey.x,
    publicKey.y,
    schemaId,
    ROLES[role],
    allowedMask,
    BigInt(validFrom),
    BigInt(validUntil),
  ]);
}

/** The set of trusted issuers as a tree of depth 2: at most 64. */
export class IssuerTree {
  readonly issuers: readonly Issuer[];
  readonly #tree = new MerkleTree8(TREE_DEPTHS.issuers);

  /** @throws StatementError `out-of-range` when there is none (no circuit accepts an empty tree) or too many */
  constructor(issuers: readonly Issuer[]) {
    if (issuers.length < 1 || issuers.length > this.#tree.capacity) {
      throw new StatementError('out-of-range', 'issuers', `between 1 and ${this.#tree.capacity} issuers are needed`);
    }
    this.issuers = issuers;
    this.#tree.setAll(issuers.map(hashIssuer));
  }

  get root(): Fr {
    return this.#tree.root;
  }

  /** The trusted issuers with this key, role and schema, with their paths. */
  find(publicKey: Point, role: Role, schemaId: bigint): { readonly issuer: Issuer; readonly path: MerklePath }[] {
    return this.issuers.flatMap((issuer, index) =>
      issuer.role === role && issuer.schemaId === schemaId && pointEquals(issuer.publicKey, publicKey)
        ? [{ issuer, path: this.#tree.path(index) }]
        : [],
    );
  }
}
