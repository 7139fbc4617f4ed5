/**
 * Why an operation of this package failed.
 *
 * - `DEVELOPMENT_KEYS`: keys whose secrets are public, where they are not allowed.
 * - `MANIFEST_MALFORMED`: the manifest is not of the documented form.
 * - `ARTIFACT_MISSING`: a circuit, key or calculator is not where it should be; run the setup.
 * - `ARTIFACT_MISMATCH`: a file is not the one that the manifest names.
 * - `KEY_UNSOUND`: a key with which false statements could be proved.
 * - `CIRCUIT_TOO_LARGE`: more constraints than the field has roots of unity for.
 * - `DERIVATION_FAILED`: a thread that computes keys ended.
 */
export type KeysErrorCode =
  | 'DEVELOPMENT_KEYS'
  | 'MANIFEST_MALFORMED'
  | 'ARTIFACT_MISSING'
  | 'ARTIFACT_MISMATCH'
  | 'KEY_UNSOUND'
  | 'CIRCUIT_TOO_LARGE'
  | 'DERIVATION_FAILED';

/** The one error of this package. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
  readonly code: KeysErrorCode;

  constructor(code: KeysErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}
