import { integerBinary, longBinary } from './integer-operations.ts';
import { CONDITION, type Frame, integer, isCondition, longInteger, type Value } from './machine-state.ts';
import type { SymbolicMemory } from './symbolic-memory.ts';
import { unsupported } from './unsupported.ts';
import { INSTRUCTION, INSTRUCTION_SIZE } from './wasm-code.ts';

/** Why the interpreter stops. The frame's `next` says where it goes on, of a fork the two places. */
export type Stop =
  | { readonly kind: 'call'; readonly index: number }
  /** Through the table; the index in it is on the stack. */
  | { readonly kind: 'call-indirect'; readonly type: number }
  | { readonly kind: 'return' }
  /** At the join that was asked for. */
  | { readonly kind: 'joined' }
  /** On a condition that depends on inputs, given by its node. Both paths meet at `join`, unless they return before. */
  | {
      readonly kind: 'fork';
      readonly condition: number;
      readonly whenTrue: number;
      readonly whenFalse: number;
      readonly join: number;
    };

/** What a frame works on besides its locals. */
export interface Surroundings {
  readonly stack: Value[];
  readonly memory: SymbolicMemory;
  /** The opposite of a condition, as a value. */
  readonly negate: (condition: number) => Value;
}

const RETURN: Stop = { kind: 'return' };
const JOINED: Stop = { kind: 'joined' };

/**
 * Runs a function until it calls another one, returns, arrives at `join`, or has to know a condition that depends on inputs.
 *
 * @throws Groth16Error `UNSUPPORTED_CALCULATOR`
 */
export function interpret(frame: Frame, join: number | undefined, { stack, memory, negate }: Surroundings): Stop {
  const { code, constants } = frame.code;
  const { locals, floor } = frame;
  const pop = (): Value => stack.pop()!;
  const popInteger = (): number => integer(stack.pop()!);
  for (let at = frame.next; ; ) {
    const first = code[at + 1]!;
    let next = at + INSTRUCTION_SIZE;
    switch (code[at]) {
      case INSTRUCTION.i32Const:
        stack.push(first);
        break;
      case INSTRUCTION.i64Const:
        stack.push(constants[first]!);
        break;
      case INSTRUCTION.localGet:
        stack.push(locals[first]!);
        break;
      case INSTRUCTION.localSet:
        locals[first] = pop();
        break;
      case INSTRUCTION.localTee:
        locals[first] = stack.at(-1)!;
        break;
      case INSTRUCTION.drop:
        pop();
        break;
      case INSTRUCTION.call:
        frame.next = next;
        return { kind: 'call', index: first };
      case INSTRUCTION.callIndirect:
        frame.next = next;
        return { kind: 'call-indirect', type: first };
      case INSTRUCTION.return:
        return RETURN;
      case INSTRUCTION.if: {
        const condition = pop();
        if (isCondition(condition)) {
          const node = condition - CONDITION;
          return { kind: 'fork', condition: node, whenTrue: next, whenFalse: first, join: code[at + 2]! };
        }
        if (integer(condition) === 0) next = first;
        break;
      }
      case INSTRUCTION.jump:
        next = first;
        break;
      case INSTRUCTION.branch:
        stack.length = floor + code[at + 2]!;
        next = first;
        break;
      case INSTRUCTION.branchIf: {
        const condition = pop();
        if (isCondition(condition)) {
          if (first <= at || stack.length !== floor + code[at + 2]!) throw unsupported('a loop goes on as inputs say');
          return { kind: 'fork', condition: condition - CONDITION, whenTrue: first, whenFalse: next, join: first };
        }
        if (integer(condition) !== 0) {
          stack.length = floor + code[at + 2]!;
          next = first;
        }
        break;
      }
      case INSTRUCTION.join:
        if (at === join) {
          frame.next = at;
          return JOINED;
        }
        break;
      case INSTRUCTION.i32Load:
        stack.push(memory.loadWord(popInteger() + first));
        break;
      case INSTRUCTION.i64Load:
        stack.push(memory.loadLong(popInteger() + first));
        break;
      case INSTRUCTION.i32Store: {
        const value = popInteger();
        memory.storeWord(popInteger() + first, value);
        break;
      }
      case INSTRUCTION.memorySize:
        stack.push(memory.pages);
        break;
      case INSTRUCTION.memoryGrow:
        stack.push(memory.grow(popInteger()));
        break;
      case INSTRUCTION.i32Binary: {
        const b = popInteger();
        stack.push(integerBinary(first, popInteger(), b));
        break;
      }
      case INSTRUCTION.i32Eqz: {
        const value = pop();
        stack.push(isCondition(value) ? negate(value - CONDITION) : integer(value) === 0 ? 1 : 0);
        break;
      }
      case INSTRUCTION.i64Binary: {
        const b = longInteger(pop());
        stack.push(longBinary(first, longInteger(pop()), b));
        break;
      }
      case INSTRUCTION.i64Eqz:
        stack.push(longInteger(pop()) === 0n ? 1 : 0);
        break;
      case INSTRUCTION.i32WrapI64:
        stack.push(Number(BigInt.asIntN(32, longInteger(pop()))));
        break;
      case INSTRUCTION.i64ExtendI32Unsigned:
        stack.push(BigInt(popInteger() >>> 0));
        break;
      default:
        throw new RangeError(`no instruction ${code[at]}`);
    }
    at = next;
  }
}
