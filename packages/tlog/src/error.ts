/** What was wrong, for callers that branch on it. */
export type TlogErrorCode =
  /** An index or size is negative, fractional, above 2^53 - 1, or an index lies outside its tree. */
  | 'out-of-range'
  /** A hash is not 32 bytes, or a tile, bundle, note, checkpoint, key or proof breaks its format. */
  | 'malformed'
  /** A leaf has more bytes than an entry bundle can frame. */
  | 'leaf-too-large'
  /** A Merkle proof has too few or too many hashes, or does not lead to the root. */
  | 'proof-refused'
  /** A known key's signature does not verify, or no known key signed. */
  | 'signature-refused'
  /** A key is of a kind that this package does not verify with. */
  | 'key-unsupported'
  /** A checkpoint is of another log than the one asked for. */
  | 'wrong-origin';

/** The one error of this package. Messages hold sizes, indices and names of keys, never entries. */
export class TlogError extends Error {
  override readonly name = 'TlogError';
  readonly code: TlogErrorCode;

  constructor(code: TlogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
