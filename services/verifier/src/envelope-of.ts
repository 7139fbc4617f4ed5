/** What stands before the envelope's digest in a leaf, and nowhere else in it; and in one whose envelope is not kept. */
const BEFORE_DIGEST = '"payload":{"sha256":"';
const REJECTED = '"kind":"rejected"';

/** Hex digest of the envelope that a leaf of our own log names, without reading all of the leaf; undefined where none is kept. */
export function envelopeOf(leaf: Uint8Array): string | undefined {
  const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString('latin1');
  const at = text.indexOf(BEFORE_DIGEST);
  if (at < 0 || text.includes(REJECTED)) return undefined;
  return text.slice(at + BEFORE_DIGEST.length, at + BEFORE_DIGEST.length + 64);
}
