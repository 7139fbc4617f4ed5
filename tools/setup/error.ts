/** Why setting up failed: something is `missing` on this machine, a `command` failed, or a `circuit` is not as committed. */
export type SetupErrorCode = 'missing' | 'command' | 'circuit';

/** The one error of the setup tools; its message says what was wrong and what to do, and is all that a user gets to see. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupErrorCode;

  constructor(code: SetupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
