import { type G1Affine, Groth16Error, readZkeyHead, type ZkeyHead } from '@assay/groth16';
import { bn254 } from '@noble/curves/bn254.js';
import { KeysError } from './error.ts';
import type { KeyClass } from './manifest.ts';
import { DEVELOPMENT_CONSTANT } from './toxic-waste.ts';

/** How a ceremony's key is to have come about. */
export interface CeremonyRules {
  /** Contributions at least, the beacon not counted. Default 1. */
  readonly minimumContributions?: number;
}

/**
 * Checks a proving key for what `snarkjs zkey verify` accepts and a verifier must not: gamma equal to delta, a delta to which
 * nobody contributed, no beacon at the end; and a development key in the place of a ceremony's, or the other way round.
 * That each contribution is well formed, and follows from the one before it, is what `snarkjs zkey verify` checks.
 *
 * @param expected the class that the manifest gives the key
 * @throws KeysError `DEVELOPMENT_KEYS` for a development key where a ceremony's is expected, otherwise `KEY_UNSOUND`
 */
export function inspectZkey(bytes: Uint8Array, expected: KeyClass, rules: CeremonyRules = {}): ZkeyHead {
  const head = readHead(bytes);
  requireOneDelta(head);
  if (expected === 'development') requireDevelopment(head);
  else requireCeremony(head, rules.minimumContributions ?? 1);
  return head;
}

/** The constant from which development keys come stands in their files where a ceremony has the hash of its circuit. */
export function isDevelopmentKey({ circuitHash }: ZkeyHead): boolean {
  const text = new TextDecoder('latin1').decode(circuitHash);
  return text === DEVELOPMENT_CONSTANT.padEnd(text.length, '\0');
}

function readHead(bytes: Uint8Array): ZkeyHead {
  try {
    return readZkeyHead(bytes);
  } catch (cause) {
    if (!(cause instanceof Groth16Error)) throw cause;
    throw new KeysError('KEY_UNSOUND', cause.message, { cause });
  }
}

/** The prover's delta in G1 and the verifier's in G2 are multiples of the generators by the same number. */
function requireOneDelta({ delta1, verificationKey }: ZkeyHead): void {
  const [G1, G2] = [bn254.G1.Point, bn254.G2.Point];
  const point = G1.fromAffine(delta1);
  point.assertValidity();
  const product = bn254.pairingBatch([
    { g1: point, g2: G2.BASE },
    { g1: G1.BASE.negate(), g2: G2.fromAffine(verificationKey.delta) },
  ]);
  if (!bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE)) throw unsound('its two deltas are different');
}

function requireDevelopment(head: ZkeyHead): void {
  if (!isDevelopmentKey(head)) throw unsound('it is not marked as a development key');
  if (head.contributions.length > 0) throw unsound('a development key has no contributions');
}

function requireCeremony(head: ZkeyHead, minimum: number): void {
  if (isDevelopmentKey(head)) {
    throw new KeysError('DEVELOPMENT_KEYS', 'the key is a development key, not one from a ceremony');
  }
  const last = head.contributions.at(-1);
  const beacons = head.contributions.filter(({ beacon }) => beacon).length;
  if (last?.beacon !== true || beacons !== 1) throw unsound('its ceremony does not end with its one beacon');
  const contributed = head.contributions.length - 1;
  if (contributed < minimum) throw unsound(`it has ${contributed} contributions instead of at least ${minimum}`);
  if (!sameG1(last.deltaAfter, head.delta1)) throw unsound('its delta is not that of its last contribution');
  const deltas = [bn254.G1.Point.BASE.toAffine(), ...head.contributions.map(({ deltaAfter }) => deltaAfter)];
  const unchanged = deltas.some((delta, i) => deltas.slice(0, i).some((before) => sameG1(before, delta)));
  if (unchanged) throw unsound('a contribution left delta as it had been');
}

function sameG1(a: G1Affine, b: G1Affine): boolean {
  return a.x === b.x && a.y === b.y;
}

function unsound(what: string): KeysError {
  return new KeysError('KEY_UNSOUND', `the proving key cannot be used: ${what}`);
}
