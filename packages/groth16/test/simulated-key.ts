import { bn254 } from '@noble/curves/bn254.js';
import type { Groth16Proof } from '../src/proof.ts';
import type { VerificationKey } from '../src/verification-key.ts';

const { Fr } = bn254.fields;

/**
 * A verification key whose secrets are known, so that a proof of any public signals takes four multiplications (eprint
 * 2016/260, the simulator of theorem 2).
 */
export class SimulatedKey {
  readonly key: VerificationKey;
  readonly #secrets: Readonly<Record<'alpha' | 'beta' | 'gamma' | 'delta', bigint>>;
  readonly #bases: readonly bigint[];

  /** @param seed tells keys of as many public signals apart */
  constructor(publicSignals: number, seed = 1n) {
    const secret = (i: bigint) => Fr.create((seed << 200n) + 7n ** (60n + i));
    this.#secrets = { alpha: secret(1n), beta: secret(2n), gamma: secret(3n), delta: secret(4n) };
    this.#bases = Array.from({ length: publicSignals + 1 }, (_, i) => secret(BigInt(5 + i)));
    const { alpha, beta, gamma, delta } = this.#secrets;
    this.key = { alpha: g1(alpha), beta: g2(beta), gamma: g2(gamma), delta: g2(delta), ic: this.#bases.map(g1) };
  }

  /**
   * A proof that verifies; one with an `excess` has C off by that multiple of the generator, so that two of them cancel out
   * when their equations are multiplied.
   */
  prove(publicSignals: readonly bigint[], randomness = 1n, excess = 0n): Groth16Proof {
    const { alpha, beta, gamma, delta } = this.#secrets;
    const [a, b] = [Fr.create(23n + randomness), Fr.create(29n * randomness + 1n)];
    const inputs = this.#bases.reduce(
      (sum, base, i) => Fr.add(sum, Fr.mul(base, i === 0 ? 1n : publicSignals[i - 1]!)),
      0n,
    );
    const rest = Fr.sub(Fr.sub(Fr.mul(a, b), Fr.mul(alpha, beta)), Fr.mul(inputs, gamma));
    return { a: g1(a), b: g2(b), c: g1(Fr.add(Fr.div(rest, delta), Fr.create(excess))) };
  }
}

function g1(scalar: bigint) {
  const { x, y } = bn254.G1.Point.BASE.multiply(scalar).toAffine();
  return { x, y };
}

function g2(scalar: bigint) {
  const { x, y } = bn254.G2.Point.BASE.multiply(scalar).toAffine();
  return { x: { c0: x.c0, c1: x.c1 }, y: { c0: y.c0, c1: y.c1 } };
}
