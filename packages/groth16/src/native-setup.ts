/** The part of the native addon that computes proving keys. */
export interface NativeSetup {
  /**
   * Computes a proving key from its secrets, away from the main thread: the bytes of a `.zkey` file without contributions.
   * Rejects with an error that has a Groth16ErrorCode as its `code`: `MALFORMED_R1CS`, `MALFORMED_INPUT` for secrets of which
   * no key can be made, `ABORTED`.
   *
   * @param r1cs an `.r1cs` file; nobody may change it meanwhile
   * @param secrets tau, alpha, beta, gamma, delta: 32 bytes each, little-endian, below the order
   * @param circuitHash what stands where a ceremony has the hash of its circuit: at most 64 bytes
   * @param options.threads at most so many at once; default 1
   * @param options.cancel one element; something else than zero ends the work with `ABORTED`
   * @param options.onPoints told now and then how many points are done: of each wire four, of each element of the domain one,
   * and six of the header; at the end it is told all of them
   */
  computeProvingKey(
    r1cs: Uint8Array,
    secrets: Uint8Array,
    circuitHash: Uint8Array,
    options: { threads?: number; cancel?: Int32Array; onPoints?: (done: number) => void },
  ): Promise<Uint8Array>;
}
