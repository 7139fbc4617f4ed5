import { errorClass, errorCode } from './error-type.ts';

/** A class whose messages are written by us and hold nothing that may not be seen. */
export type OwnErrorClass = abstract new (...args: never[]) => Error;

/** What a log line says of an error. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  /** Only of our own errors. */
  readonly message?: string;
  /** Where it was made: functions and positions, innermost first. */
  readonly at?: readonly string[];
  readonly cause?: ErrorDescription;
}

const MESSAGE = /^[\x20-\x7e]{1,500}$/;
const FRAME =
  /^ {4}at (?:(?:async |new )*[\w$.<># [\]]{1,120} \()?((?:file:\/\/|node:)?[\w@./-]{1,200}:\d+(?::\d+)?)\)?$/;
const MAX_FRAMES = 6;
const MAX_CAUSES = 4;

/** Describes an error without a word of a message that is not ours: such a message may quote what it failed on. */
export function describeError(error: unknown, own: readonly OwnErrorClass[], depth = 0): ErrorDescription {
  const code = errorCode(error);
  const message = ownMessage(error, own);
  const at = error instanceof Error ? frames(error) : [];
  const cause = error instanceof Error && depth < MAX_CAUSES ? error.cause : undefined;
  return {
    type: errorClass(error),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(at.length > 0 && { at }),
    ...(cause !== undefined && { cause: describeError(cause, own, depth + 1) }),
  };
}

/** A subclass may have been made elsewhere, so the class itself has to be listed; what another process said is not ours. */
function ownMessage(error: unknown, own: readonly OwnErrorClass[]): string | undefined {
  if (!(error instanceof Error) || !own.some((type) => error.constructor === type)) return undefined;
  if ('remote' in error && error.remote === true) return undefined;
  return MESSAGE.test(error.message) ? error.message : undefined;
}

/** The stack's lines after the message. A stack that does not start with the error's own message is not taken apart. */
function frames(error: Error): string[] {
  const stack = error.stack ?? '';
  const start = stack.indexOf(error.message);
  if (start < 0 || start > 200) return [];
  const lines = stack.slice(start + error.message.length).split('\n');
  return lines.flatMap((line) => (FRAME.test(line) ? [line.trim().slice(3)] : [])).slice(0, MAX_FRAMES);
}
