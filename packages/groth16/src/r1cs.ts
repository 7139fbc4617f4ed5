import { BinFile, type BinReader } from './bin-file.ts';
import { SCALAR_FIELD_ORDER } from './bn254.ts';
import { Groth16Error } from './error.ts';

/** A sparse sum of `coefficients[i] * wire[wires[i]]`; coefficients are canonical, below r. */
export interface LinearCombination {
  readonly wires: Uint32Array;
  readonly coefficients: readonly bigint[];
}

/** One rank-1 constraint: `a * b = c`. */
export interface Constraint {
  readonly a: LinearCombination;
  readonly b: LinearCombination;
  readonly c: LinearCombination;
}

/** The sizes of a compiled circuit. */
export interface R1csHead {
  /** Wires, the constant one among them. */
  readonly wireCount: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraintCount: number;
}

/** A compiled circuit. Wire 0 is the constant one; public signals follow: outputs first, then public inputs. */
export interface R1cs {
  readonly wireCount: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: readonly Constraint[];
  /** The compiler's label of each wire, as in the `.sym` file. */
  readonly labels: readonly number[];
}

const HEADER = 1;
const CONSTRAINTS = 2;
const WIRE_TO_LABEL = 3;
const CUSTOM_GATE_USES = 5;
const FIELD_BYTES = 32;

/**
 * Reads an `.r1cs` file of circom 2 over BN254 (iden3 r1cs binary format, version 1).
 *
 * @throws Groth16Error `MALFORMED_R1CS` for another field, custom gates, a wire out of range, a coefficient that is not
 * canonical, or bytes left over.
 */
export function parseR1cs(bytes: Uint8Array): R1cs {
  const file = new BinFile(bytes, 'r1cs', malformed);
  requireNoCustomGates(file);
  const header = readHeader(file.section(HEADER));
  const constraints = readConstraints(file.section(CONSTRAINTS), header.constraintCount, header.wireCount);
  const labels = readLabels(file.section(WIRE_TO_LABEL), header.wireCount);
  const { wireCount, publicOutputs, publicInputs, privateInputs } = header;
  return { wireCount, publicOutputs, publicInputs, privateInputs, constraints, labels };
}

/**
 * Reads the sizes alone, from a file of which the constraints may still be malformed.
 *
 * @throws Groth16Error `MALFORMED_R1CS` for another field, custom gates, or sections that do not fill the file.
 */
export function readR1csHead(bytes: Uint8Array): R1csHead {
  const file = new BinFile(bytes, 'r1cs', malformed);
  requireNoCustomGates(file);
  return readHeader(file.section(HEADER));
}

/** Custom gates (sections 4 and 5) are not covered by Groth16 keys: no more than empty lists of them is accepted. */
function requireNoCustomGates(file: BinFile): void {
  for (const kind of file.kinds) {
    if (kind <= WIRE_TO_LABEL) continue;
    if (kind > CUSTOM_GATE_USES || file.section(kind).uint32() !== 0)
      throw malformed(`section ${kind} is not supported`);
  }
}

function readHeader(section: BinReader): R1csHead {
  if (section.uint32() !== FIELD_BYTES || section.integer() !== SCALAR_FIELD_ORDER) {
    throw malformed('its field is not the BN254 scalar field');
  }
  const wireCount = section.uint32();
  const publicOutputs = section.uint32();
  const publicInputs = section.uint32();
  const privateInputs = section.uint32();
  section.uint64(); // number of labels: of use to the compiler only
  const constraintCount = section.uint32();
  section.end();
  if (wireCount < 1 + publicOutputs + publicInputs + privateInputs) throw malformed('it has fewer wires than inputs');
  return { wireCount, publicOutputs, publicInputs, privateInputs, constraintCount };
}

function readConstraints(section: BinReader, count: number, wireCount: number): Constraint[] {
  // Few distinct coefficients fill a circuit: sharing them saves most of the memory.
  const seen = new Map<bigint, bigint>();
  const combination = (): LinearCombination => {
    const terms = section.uint32();
    if (terms > wireCount) throw malformed('a linear combination has more terms than there are wires');
    const wires = new Uint32Array(terms);
    const coefficients = new Array<bigint>(terms);
    for (let i = 0; i < terms; i++) {
      const wire = section.uint32();
      if (wire >= wireCount) throw malformed(`wire ${wire} does not exist`);
      wires[i] = wire;
      const coefficient = section.integer();
      if (coefficient >= SCALAR_FIELD_ORDER) throw malformed('a coefficient is not below the field order');
      const shared = seen.get(coefficient);
      if (shared === undefined) seen.set(coefficient, coefficient);
      coefficients[i] = shared ?? coefficient;
    }
    return { wires, coefficients };
  };
  const constraints: Constraint[] = [];
  for (let i = 0; i < count; i++) constraints.push({ a: combination(), b: combination(), c: combination() });
  section.end();
  return constraints;
}

function readLabels(section: BinReader, wireCount: number): number[] {
  const labels: number[] = [];
  for (let i = 0; i < wireCount; i++) labels.push(section.uint64());
  section.end();
  return labels;
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_R1CS', `cannot read the R1CS: ${what}`);
}
