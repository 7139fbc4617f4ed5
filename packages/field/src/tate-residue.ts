import { FIELD_ORDER, type Fr, invertFr, powFr, reduceFr } from './fr.ts';

// The curve's group is cyclic of order 8l: 168700 is a square and 168696 is none, so (0, -1) is the one point of order two. With a point T
// of order 8, the reduced Tate pairing with T takes the group modulo its multiples of 8 one to one to the eighth roots of unity, so that the
// points it takes to one are the multiples of 8: the subgroup of order l (Koshelev, eprint 2022/037). It is f(P)^((r - 1) / 8), f by
// Miller's algorithm in three doublings: one exponentiation instead of a multiplication by l.

/** A point of order 8 and its double, on the Montgomery form `v^2 = u^3 + 168698 u^2 + u` (EIP-2494). The double of the double is (0, 0). */
const EIGHTH = line({
  u: 19799329160503878365519859265345525785148473002902384773314932802961476726446n as Fr,
  v: 17254532040196108728490891380973133526547459744854918265191993098218014369797n as Fr,
});
const FOURTH = line({
  u: 1n as Fr,
  v: 14673962723734255200314198873237586429337747973199041533368185129026308523766n as Fr,
});
const EXPONENT = (FIELD_ORDER - 1n) / 8n;

/** The tangent `v = slope * u + offset` at a point. */
function line({ u, v }: { readonly u: Fr; readonly v: Fr }): { readonly slope: Fr; readonly offset: Fr } {
  const slope = reduceFr((3n * u * u + 337396n * u + 1n) * invertFr(reduceFr(2n * v)));
  return { slope, offset: reduceFr(v - slope * u) };
}

/**
 * The residue of a point of the curve: an eighth root of unity, one exactly for points of the subgroup. Undefined for points at which one of
 * the functions vanishes: the identity, and multiples of the point of order 8.
 *
 * With `u = (1 + y) / (1 - y)`, `v = u / x`, f is `tangent_8^4 tangent_4^2 / ((u - 1)^4 u)`; what is an eighth power falls out of it, and so
 * the denominators `1 - y` and `x` come to the exponents below.
 */
export function tateResidue({ x, y }: { readonly x: Fr; readonly y: Fr }): Fr | undefined {
  const plus = 1n + y;
  const minus = 1n - y;
  const tangent = ({ slope, offset }: typeof EIGHTH): bigint => reduceFr(plus - x * (slope * plus + offset * minus));
  const eighth = tangent(EIGHTH);
  const fourth = tangent(FOURTH);
  const fourthPower = square(square(reduceFr(eighth * (plus - minus))));
  const product = reduceFr(plus * minus);
  const seventh = (square((square(product) * product) % FIELD_ORDER) * product) % FIELD_ORDER;
  const value = (((fourthPower * square(reduceFr(fourth * x))) % FIELD_ORDER) * seventh) % FIELD_ORDER;
  return value === 0n ? undefined : powFr(value as Fr, EXPONENT);
}

function square(value: bigint): bigint {
  return (value * value) % FIELD_ORDER;
}
