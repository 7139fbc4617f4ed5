import { bn254 } from '@noble/curves/bn254.js';
import { BASE_FIELD_ORDER } from './bn254.ts';
import type { Fq2 } from './points.ts';

const { Fp, Fp2 } = bn254.fields;

/** A square root in the base field, or `undefined`. q is 3 modulo 4: a root of a square `a` is `a^((q + 1) / 4)`. */
export function squareRoot(a: bigint): bigint | undefined {
  const root = Fp.pow(a, (BASE_FIELD_ORDER + 1n) / 4n);
  return Fp.eql(Fp.sqr(root), a) ? root : undefined;
}

/**
 * A square root in the quadratic extension, or `undefined`. `(x + y*u)^2` is `x^2 - y^2 + 2xy*u`, so that with
 * `s^2 = c0^2 + c1^2` the square of x is one of `(c0 + s) / 2` and `(c0 - s) / 2`.
 */
export function squareRootFq2({ c0, c1 }: Fq2): Fq2 | undefined {
  if (c1 === 0n) {
    const real = squareRoot(c0);
    if (real !== undefined) return { c0: real, c1: 0n };
    // -1 is no square: one of c0 and -c0 is.
    return { c0: 0n, c1: squareRoot(Fp.neg(c0))! };
  }
  const s = squareRoot(Fp.add(Fp.sqr(c0), Fp.sqr(c1)));
  if (s === undefined) return undefined;
  const half = (value: bigint): bigint => (value % 2n === 0n ? value : value + BASE_FIELD_ORDER) / 2n;
  const x = squareRoot(half(Fp.add(c0, s))) ?? squareRoot(half(Fp.sub(c0, s)));
  if (x === undefined) return undefined;
  const root = { c0: x, c1: Fp.div(half(c1), x) };
  return Fp2.eql(Fp2.sqr(root), { c0, c1 }) ? root : undefined;
}
