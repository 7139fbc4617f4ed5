import { type CurveCode, type CurveModule, type Group, type GroupFunctions, loadCurve } from './curve-module.ts';

/** Bytes of an affine point in a `.zkey` file, by group: little-endian coordinates in Montgomery form. */
export const POINT_BYTES = { G1: 64, G2: 128 } as const;

const SCALAR_BYTES = 32;
const SCALAR_BITS = 256;
const PAGE = 65_536;

/** Bits of a window: chosen by measurement, a table of 2^(bits-1) points for each of 256/bits windows. */
const WINDOW_BITS = { G1: 13, G2: 12 } as const;

/**
 * Multiples of a group's generator by many scalars (signed windows: for window k the table holds `j * 2^(bits*k) * G`,
 * `1 <= j <= 2^(bits-1)`), on ffjavascript's WebAssembly curve, whose point functions are called on its memory directly.
 *
 * Not constant in time: for scalars that come from a published constant.
 */
export class FixedBaseTable {
  readonly #curve: CurveModule;
  readonly #point: GroupFunctions;
  readonly #bits: number;
  readonly #windows: number;
  readonly #affineBytes: number;
  readonly #jacobianBytes: number;
  readonly #table: number;
  /** First address after the table. */
  readonly #scratch: number;

  private constructor(curve: CurveModule, group: Group, generator: number) {
    this.#curve = curve;
    this.#point = curve.groups[group];
    this.#bits = WINDOW_BITS[group];
    this.#windows = Math.ceil(SCALAR_BITS / this.#bits);
    this.#affineBytes = POINT_BYTES[group];
    this.#jacobianBytes = (POINT_BYTES[group] / 2) * 3;
    this.#table = curve.memory.buffer.byteLength;
    this.#scratch = this.#table + this.#windows * this.#perWindow * this.#affineBytes;
    this.#fill(generator);
  }

  /** Builds the table of a group's generator. */
  static async build(code: CurveCode, group: Group): Promise<FixedBaseTable> {
    return new FixedBaseTable(await loadCurve(code), group, code.generators[group]);
  }

  /**
   * @param scalars 32 bytes each, little-endian, below the group's order
   * @returns the affine multiples in the encoding of a `.zkey` file; infinity is all zeros
   */
  multiply(scalars: Uint8Array): Uint8Array<ArrayBuffer> {
    const count = scalars.length / SCALAR_BYTES;
    const out = this.#scratch;
    this.#reserve(out + count * this.#jacobianBytes);
    for (let i = 0; i < count; i++) {
      this.#accumulate(scalars.subarray(i * SCALAR_BYTES, (i + 1) * SCALAR_BYTES), out + i * this.#jacobianBytes);
    }
    this.#point.batchToAffine(out, count, out);
    return new Uint8Array(this.#curve.memory.buffer.slice(out, out + count * this.#affineBytes));
  }

  get #perWindow(): number {
    return 2 ** (this.#bits - 1);
  }

  #accumulate(scalar: Uint8Array, sum: number): void {
    const { addMixed, subMixed, zero } = this.#point;
    zero(sum);
    const view = new DataView(scalar.buffer, scalar.byteOffset, SCALAR_BYTES);
    let carry = 0;
    for (let window = 0; window < this.#windows; window++) {
      let digit = bitsAt(view, window * this.#bits, this.#bits) + carry;
      carry = digit > this.#perWindow ? 1 : 0;
      if (carry === 1) digit -= 2 * this.#perWindow;
      if (digit === 0) continue;
      const entry = this.#entry(window, Math.abs(digit));
      if (digit > 0) addMixed(sum, entry, sum);
      else subMixed(sum, entry, sum);
    }
  }

  /** Address of `digit * 2^(bits*window) * G`. */
  #entry(window: number, digit: number): number {
    return this.#table + (window * this.#perWindow + digit - 1) * this.#affineBytes;
  }

  #fill(generator: number): void {
    const { addMixed, double, toAffine, toJacobian, batchToAffine } = this.#point;
    const base = this.#scratch;
    const multiples = base + this.#jacobianBytes;
    this.#reserve(multiples + this.#perWindow * this.#jacobianBytes);
    toAffine(generator, base);
    for (let window = 0; window < this.#windows; window++) {
      toJacobian(base, multiples);
      for (let j = 1; j < this.#perWindow; j++) {
        const at = multiples + j * this.#jacobianBytes;
        addMixed(at - this.#jacobianBytes, base, at);
      }
      const last = multiples + (this.#perWindow - 1) * this.#jacobianBytes;
      double(last, base);
      toAffine(base, base);
      batchToAffine(multiples, this.#perWindow, this.#entry(window, 1));
    }
  }

  #reserve(end: number): void {
    const { memory } = this.#curve;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  }
}

/** A field of at most 25 bits at a bit offset; bits past the end are zero. */
function bitsAt(view: DataView, offset: number, bits: number): number {
  const byte = Math.min(offset >>> 3, SCALAR_BYTES - 4);
  const shift = offset - 8 * byte;
  return shift >= 32 ? 0 : (view.getUint32(byte, true) >>> shift) & (2 ** bits - 1);
}
