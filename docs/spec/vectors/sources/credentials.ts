import { eddsaPublicKey, type IndexedLookup, IndexedTree, MerkleTree8, stringId } from '@assay/field';
import { encodeAttributes } from '@assay/schema';
import { credentialMessage, hashIssuer, type Role, TREE_DEPTHS } from '@assay/statements';
import { decimals, hex, pair, type Vector } from './encode.ts';
import {
  applicantOf,
  BANK,
  credentialOf,
  DOCUMENT_HASH,
  ISSUERS,
  RAW_VALUES,
  SECRETS,
  schema,
  TRUST_LISTS,
  trust,
} from './inputs.ts';

/** Credentials with their signatures, issuers' leaves, and the trees. */
export function credentialVectors(): Vector {
  const applicant = applicantOf(encodeAttributes(schema, RAW_VALUES));
  return {
    bank: BANK,
    audience: String(stringId(BANK)),
    credentials: (['identity', 'financial'] as const).map((role) => credential(role, applicant)),
    issuers: ISSUERS.map(({ publicKey, ...issuer }) => ({
      ...(decimals(issuer) as Record<string, Vector>),
      publicKey: pair(publicKey),
      leaf: String(hashIssuer({ publicKey, ...issuer })),
    })),
    issuerRoot: String(trust.issuers.root),
    emptyRoots: decimals(
      Object.fromEntries(Object.entries(TREE_DEPTHS).map(([name, depth]) => [name, new MerkleTree8(depth).emptyRoot])),
    ),
    revocation: {
      depth: TREE_DEPTHS.revocation,
      values: decimals(TRUST_LISTS.revokedCredentials),
      root: String(trust.revocation.root),
      emptySetRoot: String(new IndexedTree(TREE_DEPTHS.revocation, []).root),
      lookups: [1n, 5n, 77n, (1n << 64n) - 1n].map((value) => lookup(value, trust.revocation.lookup(value))),
    },
    screening: {
      depth: TREE_DEPTHS.screening,
      values: decimals(TRUST_LISTS.screenedDocuments),
      root: String(trust.screening.root),
      lookups: [DOCUMENT_HASH, DOCUMENT_HASH + 1n].map((value) => lookup(value, trust.screening.lookup(value))),
    },
  };
}

function credential(role: Role, applicant: ReturnType<typeof applicantOf>): Vector {
  const { signature, issuerKey, ...content } = credentialOf(role, applicant);
  return {
    role,
    content: decimals(content),
    message: String(credentialMessage(content)),
    issuerSecret: hex(SECRETS[role]),
    issuerKey: pair(eddsaPublicKey(SECRETS[role])),
    signature: { r8: pair(signature.r8), s: String(signature.s) },
  };
}

function lookup(value: bigint, { present, leaf, index, path }: IndexedLookup): Vector {
  return decimals({ value, present, leaf, index, path });
}
