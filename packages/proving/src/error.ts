/** What kept a claim from becoming an envelope. */
export type ProvingErrorCode =
  /** The proof shows other public signals than the claim has: claim and circuit are of different versions. */
  | 'SIGNALS_DIFFER'
  /** There is no key for the circuit of the claim here. */
  | 'CIRCUIT_MISSING'
  /** A key file does not hold a key. */
  | 'BAD_KEY';

/** The one error of this package. */
export class ProvingError extends Error {
  override readonly name = 'ProvingError';
  readonly code: ProvingErrorCode;

  constructor(code: ProvingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
