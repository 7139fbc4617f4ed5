import { Groth16Error } from '../error.ts';

/** Reads the primitives of the WebAssembly binary format (core specification 2.0, section 5.2) from a part of a file. */
export class WasmReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte in `bytes`. */
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    if (end > bytes.length || at > end) throw malformed();
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw malformed();
    return this.bytes[this.at++]!;
  }

  /** An unsigned LEB128 integer of 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= 2 ** 32) throw malformed();
        return value;
      }
    }
    throw malformed();
  }

  /** A signed LEB128 integer of 32 bits. */
  i32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 28 && byte & 0x40 ? value | (-1 << (shift + 7)) : value;
    }
    throw malformed();
  }

  /** A signed LEB128 integer of 64 bits. */
  i64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, byte & 0x40 ? value - (1n << (shift + 7n)) : value);
    }
    throw malformed();
  }

  /** The next `length` bytes as a reader of their own. */
  part(length: number): WasmReader {
    const part = new WasmReader(this.bytes, this.at, this.at + length);
    if (part.end > this.end) throw malformed();
    this.at = part.end;
    return part;
  }

  name(): string {
    const part = this.part(this.u32());
    return new TextDecoder().decode(this.bytes.subarray(part.at, part.end));
  }

  /** As many items as the vector's length says. */
  vector<T>(item: (index: number) => T): T[] {
    const length = this.u32();
    // Every item takes a byte at least.
    if (length > this.end - this.at) throw malformed();
    return Array.from({ length }, (_, index) => item(index));
  }
}

function malformed(): Groth16Error {
  return new Groth16Error(
    'MALFORMED_CALCULATOR',
    'the witness calculator is not a WebAssembly module that can be read',
  );
}
