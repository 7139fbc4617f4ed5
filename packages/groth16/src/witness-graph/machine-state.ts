import { unsupported } from './unsupported.ts';
import type { FunctionCode } from './wasm-code.ts';

/**
 * Values of the interpreter: 32-bit integers; 64-bit ones as bigint; conditions that depend on inputs, as the number of their
 * node above {@link CONDITION}; {@link UNKNOWN}.
 */
export type Value = number | bigint;

/** A function that runs. */
export interface Frame {
  readonly code: FunctionCode;
  readonly locals: Value[];
  /** Height of the operand stack below the function's own operands. */
  readonly floor: number;
  /** Where it goes on. */
  next: number;
}

/** Where a calculator is: functions that run, the innermost last, and their operands. */
export interface Control {
  readonly frames: readonly Frame[];
  readonly stack: readonly Value[];
}

/** What lies between integers and conditions. */
export const CONDITION = 2 ** 33;

/** What differs between paths that have met; nothing can be done with it but to overwrite it. */
const UNKNOWN = Number.NaN;

/** Whether a value is 0 or 1 as inputs say. */
export function isCondition(value: Value): value is number {
  return typeof value === 'number' && value >= CONDITION;
}

/** A 32-bit integer. @throws Groth16Error `UNSUPPORTED_CALCULATOR` for what depends on inputs */
export function integer(value: Value): number {
  if (typeof value !== 'number' || (value | 0) !== value) throw unsupported('an address or a count depends on inputs');
  return value;
}

/** A 64-bit integer. @throws Groth16Error `UNSUPPORTED_CALCULATOR` for what depends on inputs */
export function longInteger(value: Value): bigint {
  if (typeof value !== 'bigint') throw unsupported('an integer depends on inputs');
  return value;
}

/** A copy that does not change when the original goes on. */
export function copyControl({ frames, stack }: Control): { frames: Frame[]; stack: Value[] } {
  return { frames: frames.map((frame) => ({ ...frame, locals: [...frame.locals] })), stack: [...stack] };
}

/** Where two paths meet. @throws Groth16Error `UNSUPPORTED_CALCULATOR` when they are at different places */
export function mergeControls(first: Control, second: Control): Control {
  const merge = (a: readonly Value[], b: readonly Value[]): Value[] =>
    a.map((value, index) => (Object.is(value, b[index]) ? value : UNKNOWN));
  if (
    first.stack.length !== second.stack.length ||
    first.frames.length !== second.frames.length ||
    first.frames.some(({ next }, depth) => next !== second.frames[depth]!.next)
  ) {
    throw unsupported('paths that inputs choose do not meet');
  }
  return {
    frames: first.frames.map((frame, depth) => ({
      ...frame,
      locals: merge(frame.locals, second.frames[depth]!.locals),
    })),
    stack: merge(first.stack, second.stack),
  };
}
