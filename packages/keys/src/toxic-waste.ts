import { bn254 } from '@noble/curves/bn254.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { isRootOfUnity } from './domain.ts';

const { Fr } = bn254.fields;

/** What every development key comes from. Everyone who reads this can forge proofs under those keys. */
export const DEVELOPMENT_CONSTANT = 'assay development key, insecure by construction';

/** The secrets of a Groth16 setup (eprint 2016/260). Whoever knows them can prove anything. */
export interface ToxicWaste {
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly gamma: bigint;
  readonly delta: bigint;
}

/**
 * The secrets of a development key: for each of the five names, SHA-512 of the lines
 * `constant, statement, r1csSha256, name, attempt`, each ended by a line feed, as a big-endian integer modulo r.
 *
 * The attempt, from 0, is the first one for which all five are non-zero and pairwise distinct, and tau is no root of unity
 * of the domain or of its double, on which Lagrange polynomials are evaluated.
 *
 * @param r1csSha256 in lower-case hex
 * @param power log2 of the domain's size
 */
export function developmentSecrets(statement: string, r1csSha256: string, power: number): ToxicWaste {
  for (let attempt = 0; ; attempt++) {
    const secret = (name: string) => {
      const text = `${[DEVELOPMENT_CONSTANT, statement, r1csSha256, name, attempt].join('\n')}\n`;
      return Fr.create(
        sha512(new TextEncoder().encode(text)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
      );
    };
    const waste = {
      tau: secret('tau'),
      alpha: secret('alpha'),
      beta: secret('beta'),
      gamma: secret('gamma'),
      delta: secret('delta'),
    };
    if (areSound(waste, power)) return waste;
  }
}

/** Whether a key can be made of these values: non-zero, pairwise distinct, tau outside both domains. */
export function areSound(waste: ToxicWaste, power: number): boolean {
  const values = Object.values(waste);
  return !values.includes(0n) && new Set(values).size === values.length && !isRootOfUnity(waste.tau, power + 1);
}
