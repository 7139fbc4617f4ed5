const CODE = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/**
 * What may be said of any error, whoever made it: its code where it has one, else its class. Never its message, which
 * may quote what it failed on.
 */
export function errorType(error: unknown): string {
  return errorCode(error) ?? errorClass(error);
}

/** The error's code, if it is a name. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** The name of the error's class; `name` can be set to anything, the class cannot. */
export function errorClass(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  const name: unknown = Object.getPrototypeOf(error)?.constructor?.name;
  return typeof name === 'string' && CODE.test(name) ? name : 'Error';
}
