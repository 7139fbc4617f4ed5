import { encodeProof, formatVerificationKey, parseVerificationKey } from '@assay/groth16/verifier';
import { CIRCUITS, REASONS_CIRCUITS, REASONS_SIGNALS, STATEMENT_KINDS, signalNames } from '@assay/statements';
import { bn254 } from '@noble/curves/bn254.js';

const { Fr } = bn254.fields;
const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;

// Verification keys whose secrets the test knows: a proof for any public signals takes four multiplications instead of a
// circuit (eprint 2016/260, the simulator of theorem 2). What verifies them is the real verifier.

const ALPHA = 11n;
const BETA = 13n;
const GAMMA = 17n;
const DELTA = 19n;
const A = 23n;
const B = 29n;
const A_POINT = G1.BASE.multiply(A).toAffine();
const B_POINT = G2.BASE.multiply(B).toAffine();

const signalsOf = [
  ...STATEMENT_KINDS.flatMap((kind) => CIRCUITS[kind].map((circuit) => [circuit, signalNames(kind)] as const)),
  ...REASONS_CIRCUITS.map((circuit) => [circuit, REASONS_SIGNALS] as const),
];
const circuits = new Map(
  signalsOf.map(([circuit, names], c) => [circuit, [...names, 'constant'].map((_, i) => BigInt(1000 * (c + 1) + i))]),
);

/** Verification keys of all circuits, in the JSON form of snarkjs. */
export const verificationKeys: Readonly<Record<string, unknown>> = Object.fromEntries(
  [...circuits].map(([circuit, bases]) => {
    const key = {
      alpha: G1.BASE.multiply(ALPHA).toAffine(),
      beta: G2.BASE.multiply(BETA).toAffine(),
      gamma: G2.BASE.multiply(GAMMA).toAffine(),
      delta: G2.BASE.multiply(DELTA).toAffine(),
      ic: bases.map((base) => G1.BASE.multiply(base).toAffine()),
    };
    return [circuit, formatVerificationKey(key)];
  }),
);

/** A proof that verifies under the circuit's key for these public signals. */
export function simulateProof(circuit: string, publicSignals: readonly bigint[]): Uint8Array {
  const [constant, ...bases] = circuits.get(circuit)!;
  const inputs = bases.reduce((sum, base, i) => Fr.add(sum, Fr.mul(base, publicSignals[i] ?? 0n)), constant!);
  const rest = Fr.sub(Fr.sub(Fr.mul(A, B), Fr.mul(ALPHA, BETA)), Fr.mul(inputs, GAMMA));
  return encodeProof({
    a: A_POINT,
    b: B_POINT,
    c: G1.BASE.multiply(Fr.div(rest, DELTA)).toAffine(),
  });
}

/** Checks that the keys can be read: made once, here, so that a failure names this file. */
for (const key of Object.values(verificationKeys)) parseVerificationKey(key);
