/** Bytes of an integer in a `.zkey` file, little-endian. */
const INTEGER = 32;

/** Writes an iden3 binary file: magic, version 1, then each section with its number and length. */
export function writeSections(magic: string, sections: readonly { kind: number; content: Uint8Array }[]): Uint8Array {
  const length = sections.reduce((sum, { content }) => sum + 12 + content.length, 12);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(magic), 0);
  view.setUint32(4, 1, true);
  view.setUint32(8, sections.length, true);
  let at = 12;
  for (const { kind, content } of sections) {
    view.setUint32(at, kind, true);
    view.setBigUint64(at + 4, BigInt(content.length), true);
    bytes.set(content, at + 12);
    at += 12 + content.length;
  }
  return bytes;
}

/** Content of a section, written from its beginning to its end. */
export class SectionWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** @param length bytes that the section will have */
  constructor(length: number) {
    this.#bytes = new Uint8Array(length);
    this.#view = new DataView(this.#bytes.buffer);
  }

  uint32(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value, true);
      this.#at += 4;
    }
    return this;
  }

  integer(value: bigint): this {
    for (let word = 0; word < INTEGER / 8; word++) {
      this.#view.setBigUint64(this.#at + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
    }
    this.#at += INTEGER;
    return this;
  }

  raw(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.#bytes.set(part, this.#at);
      this.#at += part.length;
    }
    return this;
  }

  /** The content. @throws RangeError when it does not have the length that was announced. */
  end(): Uint8Array {
    if (this.#at !== this.#bytes.length) throw new RangeError('a section is shorter than announced');
    return this.#bytes;
  }
}
