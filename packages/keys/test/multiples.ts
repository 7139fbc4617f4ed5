import { bn254 } from '@noble/curves/bn254.js';

const { Fp, Fr } = bn254.fields;

// Around the ends of signed windows of 12 and 13 bits, and of the group.
const WINDOW_ENDS = [12n, 13n, 24n, 26n, 247n, 252n].flatMap((bits) =>
  [-1n, 0n, 1n].map((step) => (1n << bits) / 2n + step),
);
const EDGES = [0n, 1n, 2n, ...WINDOW_ENDS, (1n << 253n) - 1n, Fr.ORDER / 2n, Fr.ORDER - 2n, Fr.ORDER - 1n];
const OTHERS = Array.from({ length: 20 }, (_, i) => Fr.pow(7n, BigInt(1000 + i)));

/** Scalars at the ends of what multiplications by windows split, and some others. */
export const SCALARS: readonly bigint[] = [...EDGES, ...OTHERS];

/** Coordinates of the generator's multiples in G1, by another library; infinity is (0, 0). */
export function multiplesInG1(scalars: readonly bigint[]): bigint[] {
  return scalars.flatMap((k) => {
    const { x, y } = bn254.G1.Point.BASE.multiplyUnsafe(k).toAffine();
    return [x, y];
  });
}

/** Coordinates of the generator's multiples in G2, by another library. */
export function multiplesInG2(scalars: readonly bigint[]): bigint[] {
  return scalars.flatMap((k) => {
    const { x, y } = bn254.G2.Point.BASE.multiplyUnsafe(k).toAffine();
    return [x.c0, x.c1, y.c0, y.c1];
  });
}

/** Coordinates as a `.zkey` file has them: Montgomery form, little-endian. */
export function coordinates(points: Uint8Array): bigint[] {
  const inverse = Fp.inv(Fp.create(1n << 256n));
  return Array.from({ length: points.length / 32 }, (_, i) => {
    const stored = Buffer.from(points.subarray(32 * i, 32 * (i + 1))).reverse();
    return Fp.mul(BigInt(`0x${stored.toString('hex')}`), inverse);
  });
}
