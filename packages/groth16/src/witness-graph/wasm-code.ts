import { unsupported } from './unsupported.ts';
import type { FunctionType, WasmFunction, WasmModuleParts } from './wasm-module.ts';
import { WasmReader } from './wasm-reader.ts';

/** Instructions of {@link FunctionCode}, each with two operands, of which most use one or none. */
export const INSTRUCTION = {
  /** First operand: the value. */
  i32Const: 1,
  /** First operand: index of the value in `constants`. */
  i64Const: 2,
  /** First operand: index of the local. */
  localGet: 3,
  localSet: 4,
  localTee: 5,
  drop: 6,
  /** First operand: index of the function. */
  call: 7,
  /** First operand: index of the type. */
  callIndirect: 8,
  return: 9,
  /** First operand: where the else arm begins; second: where both meet. */
  if: 10,
  /** First operand: where to continue. */
  jump: 11,
  /** First operand: where to continue; second: height of the operand stack there, above the function's own floor. */
  branch: 12,
  branchIf: 13,
  /** A place at which control from several places can meet. */
  join: 14,
  /** First operand: offset. */
  i32Load: 15,
  i64Load: 16,
  i32Store: 17,
  memorySize: 18,
  memoryGrow: 19,
  /** First operand: the WebAssembly opcode of a comparison or operation on two 32-bit integers. */
  i32Binary: 20,
  i32Eqz: 21,
  /** First operand: the WebAssembly opcode of an operation on two 64-bit integers. */
  i64Binary: 22,
  i64Eqz: 23,
  i32WrapI64: 24,
  i64ExtendI32Unsigned: 25,
} as const;

/** Integers of an instruction: what it does and two operands. */
export const INSTRUCTION_SIZE = 3;

/** A function's body with resolved branches. It ends with a `return`. */
export interface FunctionCode {
  readonly parameterCount: number;
  readonly localCount: number;
  readonly resultCount: number;
  readonly code: Int32Array;
  readonly constants: readonly bigint[];
}

/** What follows an opcode: nothing, an index, an integer, alignment and offset, or the index of a memory. */
type Immediate = 'none' | 'index' | 'i32' | 'i64' | 'address' | 'memory';

/** Opcodes without control flow: what they become, what follows them, by how much they change the height of the operand stack. */
const PLAIN: Readonly<Record<number, readonly [instruction: number, immediate: Immediate, change: number]>> = {
  26: [INSTRUCTION.drop, 'none', -1],
  32: [INSTRUCTION.localGet, 'index', 1],
  33: [INSTRUCTION.localSet, 'index', -1],
  34: [INSTRUCTION.localTee, 'index', 0],
  40: [INSTRUCTION.i32Load, 'address', 0],
  41: [INSTRUCTION.i64Load, 'address', 0],
  54: [INSTRUCTION.i32Store, 'address', -2],
  63: [INSTRUCTION.memorySize, 'memory', 1],
  64: [INSTRUCTION.memoryGrow, 'memory', 0],
  65: [INSTRUCTION.i32Const, 'i32', 1],
  66: [INSTRUCTION.i64Const, 'i64', 1],
  69: [INSTRUCTION.i32Eqz, 'none', 0],
  80: [INSTRUCTION.i64Eqz, 'none', 0],
  167: [INSTRUCTION.i32WrapI64, 'none', 0],
  173: [INSTRUCTION.i64ExtendI32Unsigned, 'none', 0],
};

const CONTROL = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
} as const;
const EMPTY_BLOCK = 0x40;

interface Block {
  readonly kind: 'function' | 'block' | 'loop' | 'if';
  /** Of the operand stack where the block begins; it is the same where it ends. */
  readonly height: number;
  readonly start: number;
  /** Operands to be set to where the block ends. */
  readonly toEnd: number[];
  /** Operand of an `if` without an `else` so far. */
  toElse: number | undefined;
}

/**
 * Resolves the branches of a function.
 *
 * @throws Groth16Error `UNSUPPORTED_CALCULATOR` for instructions that circom does not write outside its field functions
 */
export function decodeFunction(module: WasmModuleParts, declaration: WasmFunction): FunctionCode {
  return new FunctionDecoder(module, declaration).decode();
}

class FunctionDecoder {
  readonly #module: WasmModuleParts;
  readonly #declaration: WasmFunction;
  readonly #reader: WasmReader;
  readonly #code: number[] = [];
  readonly #constants: bigint[] = [];
  readonly #blocks: Block[] = [{ kind: 'function', height: 0, start: 0, toEnd: [], toElse: undefined }];
  #height = 0;

  constructor(module: WasmModuleParts, declaration: WasmFunction) {
    this.#module = module;
    this.#declaration = declaration;
    this.#reader = new WasmReader(module.bytes, declaration.start, declaration.end);
  }

  decode(): FunctionCode {
    const { type, localCount } = this.#declaration;
    while (!this.#reader.done) {
      const opcode = this.#reader.byte();
      const plain = PLAIN[opcode];
      if (plain !== undefined) {
        this.#emit(plain[0], this.#immediate(plain[1]));
        this.#height += plain[2];
      } else if (isI32Binary(opcode) || isI64Binary(opcode)) {
        this.#emit(isI32Binary(opcode) ? INSTRUCTION.i32Binary : INSTRUCTION.i64Binary, opcode);
        this.#height--;
      } else this.#control(opcode);
    }
    return {
      parameterCount: type.parameters.length,
      localCount: type.parameters.length + localCount,
      resultCount: type.results.length,
      code: Int32Array.from(this.#code),
      constants: this.#constants,
    };
  }

  #immediate(kind: Immediate): number {
    switch (kind) {
      case 'none':
        return 0;
      case 'i32':
        return this.#reader.i32();
      case 'i64':
        return this.#constants.push(this.#reader.i64()) - 1;
      case 'address':
        this.#reader.u32();
        return this.#reader.u32();
      case 'index':
      case 'memory':
        return this.#reader.u32();
    }
  }

  #control(opcode: number): void {
    switch (opcode) {
      case CONTROL.block:
        this.#open('block');
        break;
      case CONTROL.loop:
        this.#open('loop');
        break;
      case CONTROL.if: {
        this.#height--;
        const operand = this.#emit(INSTRUCTION.if);
        this.#open('if', operand);
        this.#blocks.at(-1)!.toEnd.push(operand + 1);
        break;
      }
      case CONTROL.else:
        this.#else();
        break;
      case CONTROL.end:
        this.#close();
        break;
      case CONTROL.branch:
        this.#branch(INSTRUCTION.branch);
        break;
      case CONTROL.branchIf:
        this.#height--;
        this.#branch(INSTRUCTION.branchIf);
        break;
      case CONTROL.return:
        this.#emit(INSTRUCTION.return);
        break;
      case CONTROL.call: {
        const index = this.#reader.u32();
        const own = this.#module.functions[index - this.#module.imports.length];
        this.#call(INSTRUCTION.call, index, own?.type ?? this.#module.imports[index]!.type);
        break;
      }
      case CONTROL.callIndirect: {
        const index = this.#reader.u32();
        this.#reader.u32();
        this.#height--;
        this.#call(INSTRUCTION.callIndirect, index, this.#module.types[index]!);
        break;
      }
      default:
        throw unsupported(`a function has the instruction ${opcode}, which circom does not write there`);
    }
  }

  /** @returns where the first operand is in the code, so that it can be set later */
  #emit(instruction: number, first = 0, second = 0): number {
    return this.#code.push(instruction, first, second) - 2;
  }

  #open(kind: Block['kind'], toElse?: number): void {
    if (this.#reader.byte() !== EMPTY_BLOCK) throw unsupported('a block gives a value');
    this.#blocks.push({ kind, height: this.#height, start: this.#code.length, toEnd: [], toElse });
  }

  #else(): void {
    const block = this.#blocks.at(-1)!;
    block.toEnd.push(this.#emit(INSTRUCTION.jump));
    this.#code[block.toElse!] = this.#code.length;
    block.toElse = undefined;
    this.#height = block.height;
  }

  #close(): void {
    const block = this.#blocks.pop()!;
    if (block.toElse !== undefined) this.#code[block.toElse] = this.#code.length;
    for (const operand of block.toEnd) this.#code[operand] = this.#code.length;
    this.#emit(block.kind === 'function' ? INSTRUCTION.return : INSTRUCTION.join);
    this.#height = block.height;
  }

  #branch(instruction: number): void {
    const block = this.#blocks[this.#blocks.length - 1 - this.#reader.u32()];
    if (block === undefined || block.kind === 'function') throw unsupported('a branch leaves its function');
    const operand = this.#emit(instruction, block.start, block.height);
    if (block.kind !== 'loop') block.toEnd.push(operand);
  }

  #call(instruction: number, operand: number, { parameters, results }: FunctionType): void {
    this.#emit(instruction, operand);
    this.#height += results.length - parameters.length;
  }
}

/** Comparisons and operations of two 32-bit integers; division is not among them, as it can trap. */
function isI32Binary(opcode: number): boolean {
  return (opcode >= 0x46 && opcode <= 0x4f) || (opcode >= 0x6a && opcode <= 0x6c) || (opcode >= 0x71 && opcode <= 0x76);
}

/** Those of 64-bit integers that the lookup of input signals uses: eq, or, shl. */
function isI64Binary(opcode: number): boolean {
  return opcode === 0x51 || opcode === 0x84 || opcode === 0x86;
}
