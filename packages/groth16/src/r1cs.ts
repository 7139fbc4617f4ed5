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
const FIELD_BYTES = 32;

/**
 * Reads an `.r1cs` file of circom 2 over BN254 (iden3 r1cs binary format, version 1).
 *
 * @throws Groth16Error `MALFORMED_R1CS` for another field, custom gates, a wire out of range, a coefficient that is not
 * canonical, or bytes left over.
 */
export function parseR1cs(bytes: Uint8Array): R1cs {
  const sections = readSections(bytes);
  const header = readHeader(requireSection(sections, HEADER));
  const constraints = readConstraints(requireSection(sections, CONSTRAINTS), header.constraintCount, header.wireCount);
  const labels = readLabels(requireSection(sections, WIRE_TO_LABEL), header.wireCount);
  const { wireCount, publicOutputs, publicInputs, privateInputs } = header;
  return { wireCount, publicOutputs, publicInputs, privateInputs, constraints, labels };
}

function readSections(bytes: Uint8Array): Map<number, Reader> {
  const file = new Reader(bytes);
  if (file.uint32() !== 0x73633172) throw malformed('it does not begin with the magic bytes "r1cs"');
  if (file.uint32() !== 1) throw malformed('its version is not 1');
  const sections = new Map<number, Reader>();
  for (let left = file.uint32(); left > 0; left--) {
    const kind = file.uint32();
    const length = file.uint64();
    if (sections.has(kind)) throw malformed(`section ${kind} appears twice`);
    sections.set(kind, new Reader(file.take(length)));
  }
  file.end();
  for (const kind of sections.keys()) {
    // Sections 4 and 5 are custom gates, which Groth16 keys do not cover: an empty list (a zero count) is harmless.
    const empty = kind === 4 || kind === 5 ? sections.get(kind)!.uint32() === 0 : kind <= WIRE_TO_LABEL;
    if (!empty) throw malformed(`section ${kind} is not supported`);
  }
  return sections;
}

function requireSection(sections: Map<number, Reader>, kind: number): Reader {
  const section = sections.get(kind);
  if (section === undefined) throw malformed(`section ${kind} is missing`);
  return section;
}

function readHeader(section: Reader) {
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

function readConstraints(section: Reader, count: number, wireCount: number): Constraint[] {
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

function readLabels(section: Reader, wireCount: number): number[] {
  const labels: number[] = [];
  for (let i = 0; i < wireCount; i++) labels.push(section.uint64());
  section.end();
  return labels;
}

/** Little-endian reader that refuses to run over its end. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a length or label is beyond 2^53');
    return Number(value);
  }

  /** A 32-byte integer. */
  integer(): bigint {
    const at = this.#advance(FIELD_BYTES);
    const low = this.#view.getBigUint64(at, true) | (this.#view.getBigUint64(at + 8, true) << 64n);
    const high = this.#view.getBigUint64(at + 16, true) | (this.#view.getBigUint64(at + 24, true) << 64n);
    return high === 0n ? low : low | (high << 128n);
  }

  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed('bytes are left over at the end of a section');
  }

  #advance(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw malformed('it ends too early');
    this.#at = at + length;
    return at;
  }
}

function malformed(what: string): Groth16Error {
  return new Groth16Error('MALFORMED_R1CS', `cannot read the R1CS: ${what}`);
}
