export { FR_BYTES, frFromBytes, frToBytes, integerFromBytes, integerToBytes } from './bytes.ts';
export { CHAIN_BLOCK, chain } from './chain.ts';
export {
  EDDSA_SECRET_BYTES,
  eddsaPublicKey,
  eddsaSign,
  eddsaVerifiedChallenge,
  eddsaVerify,
  generateEddsaSecret,
  type Signature,
} from './eddsa.ts';
export { FieldError, type FieldErrorCode } from './error.ts';
export { FixedBase } from './fixed-base.ts';
export { FIELD_ORDER, type Fr, fr, frFromSigned, invertFr, isFr, powFr, reduceFr, signedFromFr } from './fr.ts';
export { GROUPS, hashToCurve, PARTITIONS, type TallyGenerators, tallyGenerators } from './generators.ts';
export {
  hashIndexedLeaf,
  INDEXED_VALUE_BITS,
  type IndexedLeaf,
  type IndexedLookup,
  IndexedTree,
} from './indexed-tree.ts';
export { ARITY, hashNode, type MerklePath, MerkleTree8, type PathLevel, rootOfPath } from './merkle-tree.ts';
export {
  B8,
  IDENTITY,
  isInSubgroup,
  isOnCurve,
  type Point,
  pointAdd,
  pointEquals,
  pointMultiply,
  pointNegate,
  sumPoints,
} from './point.ts';
export { MAX_POSEIDON_INPUTS, poseidon, poseidonOutputs, poseidonUnder } from './poseidon.ts';
export { randomFr, randomScalar } from './random.ts';
export { reduceScalar, type Scalar, SUBGROUP_ORDER, scalar } from './scalar.ts';
export { sqrtFr } from './sqrt.ts';
export { stringId } from './string-id.ts';
export { TAG_NAMES, type TagName, tag } from './tags.ts';
