/** What kept a deployment from being made or used. */
export type DeploymentErrorCode =
  /** The options name something that cannot be. */
  | 'OPTIONS'
  /** A document does not fit the others. */
  | 'RULES';

/** The one error of this package. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
  readonly code: DeploymentErrorCode;

  constructor(code: DeploymentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
