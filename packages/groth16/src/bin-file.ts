/** Makes the error for a file that cannot be read; gets what is wrong with it. */
export type Malformed = (what: string) => Error;

/** Little-endian reader that refuses to run over its end. */
export class BinReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #malformed: Malformed;
  #at = 0;

  constructor(bytes: Uint8Array, malformed: Malformed) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#malformed = malformed;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit number, below 2^53. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#malformed('a number in it is beyond 2^53');
    return Number(value);
  }

  /** A 32-byte integer. */
  integer(): bigint {
    const at = this.#advance(32);
    const low = this.#view.getBigUint64(at, true) | (this.#view.getBigUint64(at + 8, true) << 64n);
    const high = this.#view.getBigUint64(at + 16, true) | (this.#view.getBigUint64(at + 24, true) << 64n);
    return high === 0n ? low : low | (high << 128n);
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Refuses bytes that are left over. */
  end(): void {
    if (this.left !== 0) throw this.#malformed('bytes are left over at the end of a section');
  }

  #advance(length: number): number {
    const at = this.#at;
    if (length > this.left) throw this.#malformed('it ends too early');
    this.#at = at + length;
    return at;
  }
}

/** The sections of an iden3 binary file (magic, version 1, sections by number, each with its length), each at most once. */
export class BinFile {
  readonly #sections = new Map<number, Uint8Array>();
  readonly #malformed: Malformed;

  /** @param magic the four letters with which the file has to begin */
  constructor(bytes: Uint8Array, magic: string, malformed: Malformed) {
    this.#malformed = malformed;
    const file = new BinReader(bytes, malformed);
    if (new TextDecoder('latin1').decode(file.take(4)) !== magic) throw malformed(`it does not begin with "${magic}"`);
    if (file.uint32() !== 1) throw malformed('its version is not 1');
    for (let count = file.uint32(); count > 0; count--) {
      const kind = file.uint32();
      const content = file.take(file.uint64());
      if (this.#sections.has(kind)) throw malformed(`section ${kind} appears twice`);
      this.#sections.set(kind, content);
    }
    file.end();
  }

  /** Numbers of the sections that are there. */
  get kinds(): number[] {
    return [...this.#sections.keys()];
  }

  /** A reader at the beginning of a section, which must be there. */
  section(kind: number): BinReader {
    const content = this.#sections.get(kind);
    if (content === undefined) throw this.#malformed(`section ${kind} is missing`);
    return new BinReader(content, this.#malformed);
  }
}
