declare const nativeVerificationKey: unique symbol;

/** A verification key that native code holds, checked and with its tables. */
export interface NativeVerificationKey {
  readonly [nativeVerificationKey]: true;
}

/**
 * The part of the native addon that verifies. Public signals are 32 bytes each, big-endian. A verdict is a number, the place of
 * its name in VERDICTS of create-verifier.ts. What is thrown or rejected has a Groth16ErrorCode as its `code`.
 */
export interface NativeVerifier {
  /** Reads and checks the bytes of `encodeVerificationKey` (`MALFORMED_KEY`): some milliseconds, kept in the result. */
  prepareVerificationKey(bytes: Uint8Array): NativeVerificationKey;
  /** The verdict on the bytes of a proof, whatever their number. */
  verifyProofBytes(key: NativeVerificationKey, publicSignals: Uint8Array, proof: Uint8Array): number;
  /** The verdict on a proof in coordinates (`encodeCoordinatesOf`). */
  verifyProofCoordinates(key: NativeVerificationKey, publicSignals: Uint8Array, coordinates: Uint8Array): number;
  /**
   * The verdicts on the bytes of many proofs, away from the main thread. All arguments are copied first.
   *
   * @param options.threads at most so many at once; default 1
   * @param options.cancel one element; something else than zero ends the work with `ABORTED`
   */
  verifyProofBatch(
    keys: readonly NativeVerificationKey[],
    publicSignals: readonly Uint8Array[],
    proofs: readonly Uint8Array[],
    options: { threads?: number; cancel?: Int32Array },
  ): Promise<Uint8Array>;
}
