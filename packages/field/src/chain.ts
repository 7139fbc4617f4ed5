import type { Fr } from './fr.ts';
import { poseidon } from './poseidon.ts';
import { type TagName, tag } from './tags.ts';

/** Elements of a chain that one Poseidon hash takes. */
export const CHAIN_BLOCK = 15;

/**
 * Hash of a list of any length: `h_0 = P(tag, n)`, then `h_{k+1} = P16(h_k, block)` for each block of 15, the last one
 * filled with zeros. The length is bound by `h_0`.
 *
 * @throws FieldError `NOT_CANONICAL` for an element outside [0, r).
 */
export function chain(name: TagName, elements: readonly bigint[]): Fr {
  let hash = poseidon([tag(name), BigInt(elements.length)]);
  for (let at = 0; at < elements.length; at += CHAIN_BLOCK) {
    const block = elements.slice(at, at + CHAIN_BLOCK);
    while (block.length < CHAIN_BLOCK) block.push(0n);
    hash = poseidon([hash, ...block]);
  }
  return hash;
}
