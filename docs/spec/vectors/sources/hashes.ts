import { CHAIN_BLOCK, chain, poseidon, stringId, TAG_NAMES, tag } from '@assay/field';
import { decimals, type Vector } from './encode.ts';

const upTo = (n: number): bigint[] => Array.from({ length: n }, (_, i) => BigInt(i + 1));

/** Tags, Poseidon, chains, identifiers of strings. */
export function hashVectors(): Vector {
  return decimals({
    tags: Object.fromEntries(TAG_NAMES.map((name) => [`assay.v1.${name}`, tag(name)])),
    poseidon: [1, 2, 5, 16].map((n) => ({ inputs: upTo(n), hash: poseidon(upTo(n)) })),
    chain: [1, CHAIN_BLOCK, CHAIN_BLOCK + 1, 2 * CHAIN_BLOCK].map((n) => ({
      tag: 'assay.v1.model',
      elements: upTo(n),
      hash: chain('model', upTo(n)),
    })),
    stringId: ['', 'bank', 'bank/product/period', 'Zürich'].map((text) => ({ text, element: stringId(text) })),
  });
}
