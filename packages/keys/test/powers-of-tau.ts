import { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import { rootOfUnity } from '../src/domain.ts';
import { SectionWriter, writeSections } from '../src/zkey-writer.ts';

const { Fp, Fr } = bn254.fields;
const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;

/**
 * A prepared `.ptau` file with known secrets, point by point with another curve library and another formula than the package
 * has: for a comparison with the key that snarkjs makes of it.
 */
export function powersOfTau(power: number, { tau, alpha, beta }: Record<'tau' | 'alpha' | 'beta', bigint>): Uint8Array {
  const size = 2 ** power;
  // For every domain of 1, 2, 4, ... roots of unity, one after the other, as snarkjs lays them out.
  const lagrange = Array.from({ length: power + 2 }, (_, p) => lagrangeByProducts(tau, p)).flat();
  const small = lagrange.slice(0, 2 * size - 1);
  const powers = Array.from({ length: 2 * size - 1 }, (_, i) => Fr.pow(tau, BigInt(i)));
  const header = new SectionWriter(4 + 32 + 4 + 4).uint32(32).integer(BASE_FIELD_ORDER).uint32(power, power).end();
  const contents: [number, Uint8Array][] = [
    [1, header],
    [2, inG1(powers)],
    [3, inG2(powers.slice(0, size))],
    [4, inG1([alpha])],
    [5, inG1([beta])],
    [6, inG2([beta])],
    [7, new SectionWriter(4).uint32(0).end()],
    [12, inG1(lagrange)],
    [13, inG2(small)],
    [14, inG1(small.map((value) => Fr.mul(value, alpha)))],
    [15, inG1(small.map((value) => Fr.mul(value, beta)))],
  ];
  return writeSections(
    'ptau',
    contents.map(([kind, content]) => ({ kind, content })),
  );
}

/** `L_i(x)` as the product over j of `(x - w^j) / (w^i - w^j)`. */
function lagrangeByProducts(x: bigint, power: number): bigint[] {
  const root = rootOfUnity(power);
  const roots = Array.from({ length: 2 ** power }, (_, i) => Fr.pow(root, BigInt(i)));
  return roots.map((own, i) => {
    const others = roots.filter((_, j) => j !== i);
    const above = others.reduce((product, other) => Fr.mul(product, Fr.sub(x, other)), 1n);
    const below = others.reduce((product, other) => Fr.mul(product, Fr.sub(own, other)), 1n);
    return Fr.div(above, below);
  });
}

/** Affine points of the generator's multiples, in Montgomery form, little-endian. */
function inG1(scalars: readonly bigint[]): Uint8Array {
  const section = new SectionWriter(scalars.length * 64);
  for (const scalar of scalars) {
    const { x, y } = G1.BASE.multiply(scalar % SCALAR_FIELD_ORDER).toAffine();
    section.integer(montgomery(x)).integer(montgomery(y));
  }
  return section.end();
}

function inG2(scalars: readonly bigint[]): Uint8Array {
  const section = new SectionWriter(scalars.length * 128);
  for (const scalar of scalars) {
    const { x, y } = G2.BASE.multiply(scalar % SCALAR_FIELD_ORDER).toAffine();
    for (const coordinate of [x.c0, x.c1, y.c0, y.c1]) section.integer(montgomery(coordinate));
  }
  return section.end();
}

function montgomery(coordinate: bigint): bigint {
  return Fp.create(coordinate << 256n);
}
