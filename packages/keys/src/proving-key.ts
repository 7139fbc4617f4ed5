import { BASE_FIELD_ORDER, type LinearCombination, type R1cs, type R1csHead, SCALAR_FIELD_ORDER } from '@assay/groth16';
import { domainPower } from './domain.ts';
import type { FixedBasePool } from './fixed-base-pool.ts';
import { keyScalars } from './key-scalars.ts';
import type { ToxicWaste } from './toxic-waste.ts';
import { SectionWriter, writeSections } from './zkey-writer.ts';

/** Numbers of a `.zkey` file's sections. */
const SECTION = {
  protocol: 1,
  header: 2,
  ic: 3,
  coefficients: 4,
  a: 5,
  b1: 6,
  b2: 7,
  c: 8,
  h: 9,
  contributions: 10,
} as const;

const GROTH16 = 1;
const FIELD_BYTES = 32;
const CIRCUIT_HASH_BYTES = 64;
const HEADER_POINTS = 6;

/** 2^512 mod r: coefficients are stored in a double Montgomery form. */
const COEFFICIENT_FACTOR = (1n << 512n) % SCALAR_FIELD_ORDER;

/** What {@link computeProvingKey} needs. */
export interface ProvingKeyInput {
  readonly r1cs: R1cs;
  readonly waste: ToxicWaste;
  /** What to write where a ceremony's file has the hash of its circuit: at most 64 bytes. */
  readonly circuitHash: Uint8Array;
  readonly pool: FixedBasePool;
  /** Told how many of {@link pointCount} points more are done. */
  readonly onPoints?: (count: number) => void;
}

/** Points of a circuit's proving key: of each wire four, of each element of the domain one, and six of the header. */
export function pointCount({ wireCount, constraintCount, publicOutputs, publicInputs }: R1csHead): number {
  return 4 * wireCount + 2 ** domainPower(constraintCount, publicOutputs + publicInputs) + HEADER_POINTS;
}

/**
 * Computes a Groth16 proving key from its secrets: the bytes of a `.zkey` file as snarkjs reads it, without contributions.
 * The same input gives the same bytes on every machine. This is what `computeNativeKey` is compared with, and what computes
 * keys where there is no native code.
 */
export async function computeProvingKey(input: ProvingKeyInput): Promise<Uint8Array> {
  const { r1cs, waste, pool, onPoints } = input;
  const scalars = keyScalars(r1cs, waste);
  const [header, ic, h, c, a, b1, b2] = await Promise.all([
    computeHeader(r1cs, waste, pool, onPoints),
    pool.multiply('G1', scalars.ic, onPoints),
    pool.multiply('G1', scalars.h, onPoints),
    pool.multiply('G1', scalars.c, onPoints),
    pool.multiply('G1', scalars.a, onPoints),
    pool.multiply('G1', scalars.b, onPoints),
    pool.multiply('G2', scalars.b, onPoints),
  ]);
  return writeSections('zkey', [
    { kind: SECTION.protocol, content: new SectionWriter(4).uint32(GROTH16).end() },
    { kind: SECTION.header, content: header },
    { kind: SECTION.coefficients, content: encodeCoefficients(r1cs) },
    { kind: SECTION.ic, content: ic },
    { kind: SECTION.h, content: h },
    { kind: SECTION.c, content: c },
    { kind: SECTION.a, content: a },
    { kind: SECTION.b1, content: b1 },
    { kind: SECTION.b2, content: b2 },
    { kind: SECTION.contributions, content: encodeContributions(input.circuitHash) },
  ]);
}

async function computeHeader(
  r1cs: R1cs,
  waste: ToxicWaste,
  pool: FixedBasePool,
  onPoints: ProvingKeyInput['onPoints'],
): Promise<Uint8Array> {
  const publicSignals = r1cs.publicOutputs + r1cs.publicInputs;
  const [inG1, inG2] = await Promise.all([
    pool.multiply('G1', [waste.alpha, waste.beta, waste.delta], onPoints),
    pool.multiply('G2', [waste.beta, waste.gamma, waste.delta], onPoints),
  ]);
  const [alpha1, beta1, delta1] = [0, 1, 2].map((i) => inG1.subarray(64 * i, 64 * (i + 1)));
  const [beta2, gamma2, delta2] = [0, 1, 2].map((i) => inG2.subarray(128 * i, 128 * (i + 1)));
  return new SectionWriter(2 * (4 + FIELD_BYTES) + 3 * 4 + inG1.length + inG2.length)
    .uint32(FIELD_BYTES)
    .integer(BASE_FIELD_ORDER)
    .uint32(FIELD_BYTES)
    .integer(SCALAR_FIELD_ORDER)
    .uint32(r1cs.wireCount, publicSignals, 2 ** domainPower(r1cs.constraints.length, publicSignals))
    .raw(alpha1!, beta1!, beta2!, gamma2!, delta1!, delta2!)
    .end();
}

/** The left and right sides of every row, the binding rows included, from which the prover evaluates the polynomials. */
function encodeCoefficients(r1cs: R1cs): Uint8Array {
  const publicWires = 1 + r1cs.publicOutputs + r1cs.publicInputs;
  const terms = r1cs.constraints.reduce((sum, { a, b }) => sum + a.wires.length + b.wires.length, publicWires);
  const section = new SectionWriter(4 + terms * (3 * 4 + FIELD_BYTES)).uint32(terms);
  const write = (matrix: number, row: number, { wires, coefficients }: LinearCombination) => {
    for (const [i, wire] of wires.entries()) {
      section.uint32(matrix, row, wire).integer((coefficients[i]! * COEFFICIENT_FACTOR) % SCALAR_FIELD_ORDER);
    }
  };
  for (const [row, { a, b }] of r1cs.constraints.entries()) {
    write(0, row, a);
    write(1, row, b);
  }
  for (let wire = 0; wire < publicWires; wire++) {
    section.uint32(0, r1cs.constraints.length + wire, wire).integer(COEFFICIENT_FACTOR);
  }
  return section.end();
}

function encodeContributions(circuitHash: Uint8Array): Uint8Array {
  const field = new Uint8Array(CIRCUIT_HASH_BYTES);
  field.set(circuitHash);
  return new SectionWriter(CIRCUIT_HASH_BYTES + 4).raw(field).uint32(0).end();
}
