import { bn254 } from '@noble/curves/bn254.js';
import { KeysError } from './error.ts';

const { Fr } = bn254.fields;

/** r - 1 is divisible by 2^28 and not by 2^29. */
const TWO_ADICITY = 28;

/** The least quadratic non-residue, from which snarkjs takes its roots of unity. */
const NON_RESIDUE = 5n;

/** A root of unity of order exactly 2^power, the one that snarkjs uses. */
export function rootOfUnity(power: number): bigint {
  if (power > TWO_ADICITY)
    throw new KeysError('CIRCUIT_TOO_LARGE', `the field has no root of unity of order 2^${power}`);
  return Fr.pow(NON_RESIDUE, (Fr.ORDER - 1n) >> BigInt(power));
}

/**
 * Log2 of the evaluation domain: the smallest power of two that holds every constraint and one binding row for each public
 * signal and for the constant one.
 */
export function domainPower(constraints: number, publicSignals: number): number {
  return Math.ceil(Math.log2(constraints + publicSignals + 1));
}

/** Whether x is a root of unity of order 2^power or less. */
export function isRootOfUnity(x: bigint, power: number): boolean {
  return Fr.pow(x, 1n << BigInt(power)) === 1n;
}

/**
 * The values at x of every Lagrange polynomial of the domain of 2^power roots of unity:
 * `L_i(x) = w^i / N * (x^N - 1) / (x - w^i)`.
 *
 * @param x outside the domain
 */
export function lagrangeAt(x: bigint, power: number): bigint[] {
  const size = 2 ** power;
  const root = rootOfUnity(power);
  const roots = new Array<bigint>(size);
  roots[0] = 1n;
  for (let i = 1; i < size; i++) roots[i] = Fr.mul(roots[i - 1]!, root);
  const denominators = roots.map((w) => Fr.sub(x, w));
  const inverses = Fr.invertBatch(denominators);
  const vanishing = Fr.sub(Fr.pow(x, BigInt(size)), 1n);
  const factor = Fr.mul(vanishing, Fr.inv(BigInt(size)));
  return roots.map((w, i) => Fr.mul(Fr.mul(w, factor), inverses[i]!));
}
