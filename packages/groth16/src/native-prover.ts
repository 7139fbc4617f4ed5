declare const nativeKey: unique symbol;

/** A proving key that native code holds, checked and with its tables. */
export interface NativeKey {
  readonly [nativeKey]: true;
}

/** What a proving key says of itself. */
export interface NativeKeyInfo {
  readonly wireCount: number;
  readonly publicCount: number;
  readonly domainSize: number;
  /** Bytes that the key takes in memory, its tables included. */
  readonly memoryBytes: number;
}

/**
 * The part of the native addon that proves. Every error has a Groth16ErrorCode as its `code`: arguments of another kind are
 * thrown at once, all else rejects.
 */
export interface NativeProver {
  /**
   * Reads and checks a `.zkey` file: sizes, coordinates, points on their curves and in their groups (`MALFORMED_KEY`), and
   * computes as many multiples of its points as the memory limit allows.
   *
   * @param options.recurring keeps what recurs from witness to witness, with its sums, so that a proof adds up what differs; the
   * proofs are the same. Default false
   */
  loadKey(
    zkey: Uint8Array,
    options: { memoryLimitBytes: number; threads: number; recurring?: boolean },
  ): Promise<NativeKey>;
  keyInfo(key: NativeKey): NativeKeyInfo;
  /**
   * Proves a witness: 32 bytes for each wire, little-endian, canonical. It is not checked against the constraints: a wrong
   * one gives a proof that does not verify.
   *
   * @param options.blinding 64 bytes, r and s as little-endian integers below the order, for tests that compare bytes
   * @param options.cancel one element; something else than zero ends the work with `ABORTED`
   * @returns 256 bytes, `A.x A.y | B.x.c1 B.x.c0 B.y.c1 B.y.c0 | C.x C.y`, big-endian
   */
  prove(
    key: NativeKey,
    witness: Uint8Array,
    options: { threads: number; cancel?: Int32Array; blinding?: Uint8Array },
  ): Promise<Uint8Array>;
}
