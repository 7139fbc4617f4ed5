import { TlogError } from './error.ts';

/** Most bytes of one leaf: entry bundles frame it with a 16-bit length. */
export const MAX_LEAF_BYTES = 65_535;

/**
 * An entry bundle: each leaf after its length as a big-endian 16-bit integer (C2SP tlog-tiles).
 *
 * @throws TlogError `leaf-too-large`
 */
export function encodeEntryBundle(leaves: readonly Uint8Array[]): Uint8Array {
  for (const leaf of leaves) checkLeaf(leaf);
  const bundle = new Uint8Array(leaves.reduce((bytes, leaf) => bytes + 2 + leaf.length, 0));
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const leaf of leaves) {
    view.setUint16(at, leaf.length);
    bundle.set(leaf, at + 2);
    at += 2 + leaf.length;
  }
  return bundle;
}

/**
 * The leaves of an entry bundle, exactly `width` of them, without a byte left over. They are views on `bundle`.
 *
 * @throws TlogError `malformed`
 */
export function decodeEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const leaves = [...leavesOf(bundle)];
  const used = leaves.reduce((bytes, leaf) => bytes + 2 + leaf.length, 0);
  if (leaves.length !== width || used !== bundle.length) {
    throw new TlogError('malformed', `an entry bundle of width ${width} does not hold ${width} whole entries`);
  }
  return leaves;
}

/** The whole entries from the front of a bundle, stopping without error where the bytes end early: for finding damage. */
export function* leavesOf(bundle: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let at = 0;
  while (at + 2 <= bundle.length) {
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) return;
    yield bundle.subarray(at + 2, end);
    at = end;
  }
}

/**
 * Refuses a leaf that no entry bundle can hold.
 *
 * @throws TlogError `leaf-too-large`
 */
export function checkLeaf(leaf: Uint8Array): void {
  if (leaf.length > MAX_LEAF_BYTES) {
    throw new TlogError('leaf-too-large', `a leaf has ${leaf.length} bytes; at most ${MAX_LEAF_BYTES} fit an entry`);
  }
}
