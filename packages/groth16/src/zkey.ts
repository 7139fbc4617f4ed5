import { BinFile, BinReader } from './bin-file.ts';
import { BASE_FIELD_ORDER, SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';
import type { G1Affine, G2Affine } from './points.ts';
import { formatVerificationKey, parseVerificationKey, type VerificationKey } from './verification-key.ts';

/** One contribution to a key, as its file tells it. */
export interface ZkeyContribution {
  /** The contributor's name, where one was given. */
  readonly name: string | undefined;
  /** Whether it is the beacon that ends a ceremony: everyone's, computed from public randomness. */
  readonly beacon: boolean;
  /** delta in G1 after it. */
  readonly deltaAfter: G1Affine;
}

/** The head of a `.zkey` file: everything but the proving points. */
export interface ZkeyHead {
  readonly wireCount: number;
  readonly publicCount: number;
  readonly domainSize: number;
  readonly verificationKey: VerificationKey;
  /** delta in G1, which the prover uses. */
  readonly delta1: G1Affine;
  /** 64 bytes: the hash of the circuit with which a ceremony begins. */
  readonly circuitHash: Uint8Array;
  readonly contributions: readonly ZkeyContribution[];
}

const SECTION = { protocol: 1, header: 2, ic: 3, contributions: 10 } as const;
const GROTH16 = 1;
const CIRCUIT_HASH_BYTES = 64;
const COORDINATE = 32;
const G1_LENGTH = 2 * COORDINATE;
const G2_LENGTH = 4 * COORDINATE;

/**
 * Reads the head of a Groth16 `.zkey` file over BN254 (snarkjs format, version 1), and its verification key with all the
 * checks of `parseVerificationKey`.
 *
 * @throws Groth16Error `MALFORMED_KEY`
 */
export function readZkeyHead(bytes: Uint8Array): ZkeyHead {
  const file = new BinFile(bytes, 'zkey', malformed);
  if (file.section(SECTION.protocol).uint32() !== GROTH16) throw malformed('it is not a Groth16 key');
  const header = file.section(SECTION.header);
  if (header.uint32() !== COORDINATE || header.integer() !== BASE_FIELD_ORDER)
    throw malformed('its curve is not BN254');
  if (header.uint32() !== COORDINATE || header.integer() !== SCALAR_FIELD_ORDER)
    throw malformed('its curve is not BN254');
  const wireCount = header.uint32();
  const publicCount = header.uint32();
  const domainSize = header.uint32();
  const alpha = readG1(header);
  readG1(header); // beta in G1
  const beta = readG2(header);
  const gamma = readG2(header);
  const delta1 = readG1(header);
  const delta = readG2(header);
  const points = file.section(SECTION.ic);
  if (points.left !== (publicCount + 1) * G1_LENGTH)
    throw malformed('its IC points are not one more than its public signals');
  const ic = Array.from({ length: publicCount + 1 }, () => readG1(points));
  // Through the JSON form, so that there is one place where a key's points are checked.
  const verificationKey = parseVerificationKey(formatVerificationKey({ alpha, beta, gamma, delta, ic }));
  const history = file.section(SECTION.contributions);
  const circuitHash = history.take(CIRCUIT_HASH_BYTES).slice();
  const contributions = readContributions(history);
  return { wireCount, publicCount, domainSize, verificationKey, delta1, circuitHash, contributions };
}

function readContributions(section: BinReader): ZkeyContribution[] {
  const count = section.uint32();
  const contributions: ZkeyContribution[] = [];
  for (let i = 0; i < count; i++) contributions.push(readContribution(section));
  section.end();
  return contributions;
}

const BEACON = 1;
const PARAMETER_NAME = 1;

function readContribution(section: BinReader): ZkeyContribution {
  const deltaAfter = readG1(section);
  section.take(2 * G1_LENGTH + G2_LENGTH + 64); // proof of knowledge and transcript
  const type = section.uint32();
  const parameters = new BinReader(section.take(section.uint32()), malformed);
  let name: string | undefined;
  while (parameters.left > 0) {
    const kind = parameters.byte();
    // Iterations of a beacon are one byte; a name and a beacon's value carry their length.
    const value = kind === 2 ? parameters.take(1) : parameters.take(parameters.byte());
    if (kind === PARAMETER_NAME) name = new TextDecoder().decode(value);
  }
  return { name, beacon: type === BEACON, deltaAfter };
}

/** 2^-256 mod q: coordinates are stored in Montgomery form. */
const MONTGOMERY_INVERSE = inverse(1n << 256n);

function readG1(section: BinReader): G1Affine {
  return { x: readCoordinate(section), y: readCoordinate(section) };
}

function readG2(section: BinReader): G2Affine {
  const x = { c0: readCoordinate(section), c1: readCoordinate(section) };
  const y = { c0: readCoordinate(section), c1: readCoordinate(section) };
  return { x, y };
}

function readCoordinate(section: BinReader): bigint {
  const stored = section.integer();
  if (stored >= BASE_FIELD_ORDER) throw malformed('a coordinate is not below the field order');
  return (stored * MONTGOMERY_INVERSE) % BASE_FIELD_ORDER;
}

/** Inverse modulo q by Fermat's little theorem. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let square = value % BASE_FIELD_ORDER;
  for (let exponent = BASE_FIELD_ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % BASE_FIELD_ORDER;
    square = (square * square) % BASE_FIELD_ORDER;
  }
  return result;
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_KEY', `cannot read the proving key: ${what}`);
}
