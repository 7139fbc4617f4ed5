import { bn254 } from '@noble/curves/bn254.js';
import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { type G1Affine, type G2Affine, g1Defect, g2Defect, type PointDefect } from './points.ts';
import type { Groth16Proof } from './proof.ts';
import type { VerificationKey } from './verification-key.ts';

const { Fp12 } = bn254.fields;
const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;

/**
 * Why a proof was refused: the first of these that applies, in the order of the checks. `PROOF_ENCODING` is said of bytes that
 * are no proof's; points out of range, at infinity or off their curve have no bytes, and are told of coordinates alone.
 */
export type Groth16Refusal =
  | 'PUBLIC_SIGNAL_COUNT'
  | 'PUBLIC_SIGNAL_OUT_OF_RANGE'
  | 'PROOF_ENCODING'
  | PointDefect
  | 'PAIRING_MISMATCH';

/** What is said of a proof. */
export type Groth16Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Groth16Refusal };

/**
 * Verifies one proof (eprint 2016/260, section 3.2): everything that reaches the pairing has been checked to be what it is
 * taken for.
 *
 * 1. exactly as many public signals as the key takes: a shorter list must not count as zeros
 * 2. each in [0, r): a signal plus r must not pass for the signal
 * 3. A, B, C canonical, on their curves, in their groups, not infinity
 * 4. `e(A, B) = e(alpha, beta) e(sum of IC, gamma) e(C, delta)`
 *
 * What depends on the key alone is computed at its first use, and kept as long as the key object lives.
 *
 * @param key a key from `parseVerificationKey`, which has checked its points
 */
export function verifyGroth16(
  key: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Groth16Proof,
): Groth16Verdict {
  const defect = signalDefect(key, publicSignals) ?? g1Defect(proof.a) ?? g1Defect(proof.c) ?? g2Defect(proof.b);
  if (defect !== undefined) return refuse(defect);
  return pairingHolds(prepare(key), publicSignals, proof) ? { ok: true } : refuse('PAIRING_MISMATCH');
}

/** The checks of public signals, which come before any look at the proof. */
export function signalDefect(key: VerificationKey, publicSignals: readonly bigint[]): Groth16Refusal | undefined {
  if (publicSignals.length !== key.ic.length - 1) return 'PUBLIC_SIGNAL_COUNT';
  const inRange = publicSignals.every((signal) => signal >= 0n && signal < SCALAR_FIELD_ORDER);
  return inRange ? undefined : 'PUBLIC_SIGNAL_OUT_OF_RANGE';
}

/** What a proof's check needs of a key: Miller loop values and lines that never change. */
interface PreparedKey {
  readonly alphaBeta: MillerValue;
  readonly gamma: Lines;
  readonly delta: Lines;
  readonly constant: G1Point;
  readonly bases: readonly G1Point[];
}

type MillerValue = ReturnType<typeof bn254.millerLoopBatch>;
type Lines = ReturnType<typeof bn254.utils.calcPairingPrecomputes>;
type G1Point = InstanceType<typeof G1>;

const prepared = new WeakMap<VerificationKey, PreparedKey>();

function prepare(key: VerificationKey): PreparedKey {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const [constant, ...bases] = key.ic.map(toG1);
  const fresh: PreparedKey = {
    alphaBeta: bn254.millerLoopBatch([[lines(key.beta), key.alpha.x, key.alpha.y]]),
    gamma: lines(key.gamma),
    delta: lines(key.delta),
    constant: constant!,
    bases,
  };
  prepared.set(key, fresh);
  return fresh;
}

/** `e(-A, B) e(alpha, beta) e(sum of IC, gamma) e(C, delta) = 1`: one final exponentiation for all four. */
function pairingHolds(key: PreparedKey, publicSignals: readonly bigint[], { a, b, c }: Groth16Proof): boolean {
  const inputs = key.constant.add(sumOf(key.bases, publicSignals));
  const pairs: [Lines, bigint, bigint][] = [
    [lines(b), a.x, bn254.fields.Fp.neg(a.y)],
    [key.delta, c.x, c.y],
  ];
  // The pairing of infinity is one; it has no affine coordinates for the loop.
  if (!inputs.is0()) {
    const { x, y } = inputs.toAffine();
    pairs.push([key.gamma, x, y]);
  }
  const product = Fp12.mul(bn254.millerLoopBatch(pairs), key.alphaBeta);
  return Fp12.eql(Fp12.finalExponentiate(product), Fp12.ONE);
}

/** Public signals are public: no constant-time multiplication is called for. */
function sumOf(bases: readonly G1Point[], scalars: readonly bigint[]): G1Point {
  return bases.reduce((sum, base, i) => sum.add(base.multiplyUnsafe(scalars[i]!)), G1.ZERO);
}

function lines(point: G2Affine): Lines {
  return bn254.utils.calcPairingPrecomputes(G2.fromAffine(point));
}

function toG1(point: G1Affine): G1Point {
  return G1.fromAffine(point);
}

function refuse(reason: Groth16Refusal): Groth16Verdict {
  return { ok: false, reason };
}
