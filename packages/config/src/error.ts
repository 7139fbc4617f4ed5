/**
 * - `CONFIG_UNREADABLE`: no file is named, it cannot be read, or it is not JSON.
 * - `CONFIG_MEMBER`: a member is missing, of another form, or not one of the configuration's.
 */
export type ConfigErrorCode = 'CONFIG_UNREADABLE' | 'CONFIG_MEMBER';

/** The one error of this package. Messages name files and members, never their contents. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
