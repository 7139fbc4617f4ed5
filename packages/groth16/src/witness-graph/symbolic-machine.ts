import { functionHandlers, type Handler } from './calculator-functions.ts';
import { GraphBuilder } from './graph-builder.ts';
import { interpret, type Stop } from './interpret.ts';
import {
  CONDITION,
  type Control,
  copyControl,
  type Frame,
  integer,
  mergeControls,
  type Value,
} from './machine-state.ts';
import { type MemoryChanges, SymbolicMemory } from './symbolic-memory.ts';
import { unsupported } from './unsupported.ts';
import { decodeFunction, type FunctionCode } from './wasm-code.ts';
import type { FunctionType, WasmModuleParts } from './wasm-module.ts';

/** A place in the circuit: what the calculator's message of that number says, with a line. */
export interface Place {
  readonly message: number;
  readonly line: number;
}

/** What has to hold of the inputs, else the calculator refuses them. */
export interface Requirement {
  /** The node that must not be zero. */
  readonly node: number;
  /** What the calculator's exception handler is told, or undefined where the calculator traps. */
  readonly exceptionCode: number | undefined;
  /** Where the circuit refuses, innermost first. */
  readonly places: readonly Place[];
}

/** Where a path ends: at `join` in the frame at `depth`, or where that frame returns. */
interface PathEnd {
  readonly depth: number;
  readonly join: number | undefined;
}

type Outcome = 'joined' | 'returned' | 'failed';

/** One of the paths of a fork, when it has ended. */
interface Path {
  readonly condition: number;
  readonly outcome: Outcome;
  readonly control: Control;
  readonly changes: MemoryChanges;
}

/** Forks within forks. More of them only come from a loop whose end depends on inputs. */
const MAX_FORKS = 1_000;

/**
 * Runs a witness calculator without knowing its inputs. Addresses, loops and components are numbers as ever; field elements are
 * nodes of a graph. Where a condition depends on inputs, both paths are run, each from the same state, and values that differ
 * where they meet are selected by the condition; a path on which the calculator refuses becomes a requirement on the inputs.
 */
export class SymbolicMachine {
  readonly graph: GraphBuilder = new GraphBuilder();
  readonly memory: SymbolicMemory;
  /** In the order in which the calculator checks. */
  readonly requirements: Requirement[] = [];
  readonly #module: WasmModuleParts;
  readonly #handlers: ReadonlyMap<number, Handler>;
  readonly #codes = new Map<number, FunctionCode>();
  readonly #required = new Set<number>();
  #frames: Frame[] = [];
  #stack: Value[] = [];
  /** Of the function that is handled. */
  readonly #args: number[] = [];
  /** Conditions of the forks that the present path went through. */
  #conditions: number[] = [];
  #place: Place | undefined;
  #printed: Place[] = [];
  #raised: number | undefined;
  #input: { readonly address: number; readonly node: number } | undefined;

  constructor(module: WasmModuleParts) {
    this.#module = module;
    this.#handlers = functionHandlers(module);
    this.memory = new SymbolicMemory(module.memoryPages, module.data);
  }

  /**
   * Calls an exported function.
   *
   * @throws Groth16Error `UNSUPPORTED_CALCULATOR` where the calculator does what cannot be followed, or refuses all inputs
   */
  call(name: string, ...args: readonly number[]): number | undefined {
    const index = this.#module.exports.get(name);
    if (index === undefined) throw unsupported(`it exports no ${name}`);
    this.#stack = [...args];
    this.#frames = [];
    this.#enter(index);
    if (this.#run({ depth: 1, join: undefined }) === 'failed') throw unsupported('it refuses all inputs');
    const result = this.#stack.pop();
    return result === undefined ? undefined : integer(result);
  }

  /** The node whose value the slot at `address` holds. */
  read(address: number): number {
    return this.memory.readSlot(address, (value) => this.graph.constant(value));
  }

  write(address: number, node: number): undefined {
    this.memory.writeSlot(address, node);
  }

  /**
   * From here on, what is copied from `address` is the node. The calculator stores the input that it is given there in another
   * form when it is small, and else copies it: so a large known value has to be there.
   */
  setInput(address: number, node: number): void {
    this.#input = { address, node };
  }

  /** The node that a copy from `address` copies. */
  copied(address: number): number {
    return this.#input?.address === address ? this.#input.node : this.read(address);
  }

  /** A condition as the interpreter handles it: a number where it is known. */
  condition(node: number): number {
    const value = this.graph.valueOf(node);
    return value === undefined ? CONDITION + node : Number(value);
  }

  /** Says where the calculator's next message is about. */
  place(message: number, line: number): undefined {
    this.#place = { message, line };
  }

  printPlace(): undefined {
    if (this.#place === undefined) throw unsupported('it prints a message that it has not built');
    this.#printed.push(this.#place);
  }

  raise(code: number): undefined {
    this.#raised = code;
  }

  /** Quotient and remainder trap on zero: without a place, and only on the present path. */
  requireDivisor(node: number): void {
    this.#forbid(this.graph.unary('lnot', this.graph.truth(node)), undefined, []);
  }

  /** Requires that `violation` is 0 on the present path. */
  #forbid(violation: number, exceptionCode: number | undefined, places: readonly Place[]): void {
    const all = [...this.#conditions, violation].reduce((a, b) => this.graph.binary('land', a, b));
    const node = this.graph.unary('lnot', all);
    if (this.graph.valueOf(node) === 1n || this.#required.has(node)) return;
    this.#required.add(node);
    this.requirements.push({ node, exceptionCode, places });
  }

  /** Continues until the end of a path. */
  #run(end: PathEnd): Outcome {
    for (;;) {
      const depth = this.#frames.length;
      if (depth < end.depth || depth === 0) return 'returned';
      const frame = this.#frames.at(-1)!;
      const stop = interpret(frame, depth === end.depth ? end.join : undefined, {
        stack: this.#stack,
        memory: this.memory,
        negate: (condition) => this.condition(this.graph.unary('lnot', condition)),
      });
      if (stop.kind === 'joined') return 'joined';
      if (this.#follow(frame, stop) === 'failed') return 'failed';
    }
  }

  /** Does what a function stopped for. */
  #follow(frame: Frame, stop: Exclude<Stop, { kind: 'joined' }>): 'failed' | undefined {
    switch (stop.kind) {
      case 'call':
      case 'call-indirect':
        this.#enter(stop.kind === 'call' ? stop.index : this.#tableEntry(integer(this.#stack.pop()!), stop.type));
        return this.#raised === undefined ? undefined : 'failed';
      case 'return': {
        const results = this.#stack.splice(this.#stack.length - frame.code.resultCount);
        this.#stack.length = frame.floor;
        this.#stack.push(...results);
        this.#frames.pop();
        return undefined;
      }
      case 'fork':
        return this.#fork(stop);
    }
  }

  /** Runs both paths from here, and leaves the state in which they meet. */
  #fork({ condition, whenTrue, whenFalse, join }: Extract<Stop, { kind: 'fork' }>): 'failed' | undefined {
    if (this.#conditions.length >= MAX_FORKS) throw unsupported('a loop goes on as inputs say');
    const start = copyControl({ frames: this.#frames, stack: this.#stack });
    const end = { depth: this.#frames.length, join };
    const explore = (pathCondition: number, next: number): Path => {
      this.#restore(start);
      this.#frames.at(-1)!.next = next;
      return this.#walk(pathCondition, new Map(), end);
    };
    let first = explore(condition, whenTrue);
    let second = explore(this.graph.unary('lnot', condition), whenFalse);
    // When one path has returned from the function, the other one meets it there.
    if (first.outcome === 'returned' && second.outcome === 'joined') second = this.#untilReturn(second, end.depth);
    if (second.outcome === 'returned' && first.outcome === 'joined') first = this.#untilReturn(first, end.depth);
    const open = [first, second].filter(({ outcome }) => outcome !== 'failed');
    if (open.length === 0) return 'failed';
    if (open.length === 1) {
      this.#restore(open[0]!.control);
      this.memory.apply(open[0]!.changes);
      return undefined;
    }
    this.#restore(mergeControls(first.control, second.control));
    this.memory.merge(first.changes, second.changes, {
      constant: (value) => this.graph.constant(value),
      select: (a, b) => this.graph.select(condition, a, b),
    });
    return undefined;
  }

  #untilReturn({ condition, control, changes }: Path, depth: number): Path {
    this.#restore(control);
    return this.#walk(condition, changes, { depth, join: undefined });
  }

  /** Goes on from the present control and the memory with `changes`, and undoes what it did to the memory. */
  #walk(condition: number, changes: MemoryChanges, end: PathEnd): Path {
    const journal = this.memory.beginJournal();
    this.memory.apply(changes);
    this.#conditions.push(condition);
    let outcome = this.#run(end);
    // What templates and functions return is zero, or the code with which every caller ends as well.
    if (outcome === 'returned' && this.#stack.at(-1) !== 0) {
      outcome = this.#run({ depth: 0, join: undefined });
      if (outcome !== 'failed') throw unsupported('a function returns an error that its caller ignores');
    }
    if (outcome === 'failed') this.#forbidPath();
    this.#conditions.pop();
    const control = copyControl({ frames: this.#frames, stack: this.#stack });
    return { condition, outcome, control, changes: this.memory.undoJournal(journal) };
  }

  /** The present path ended in an exception. Where two paths within it did, both are forbidden already. */
  #forbidPath(): void {
    if (this.#raised === undefined) return;
    this.#forbid(this.graph.constant(1n), this.#raised, this.#printed);
    this.#raised = undefined;
    this.#printed = [];
  }

  #enter(index: number): void {
    const handler = this.#handlers.get(index);
    if (handler !== undefined) {
      const count = this.#typeOf(index).parameters.length;
      const floor = this.#stack.length - count;
      for (let i = 0; i < count; i++) this.#args[i] = integer(this.#stack[floor + i]!);
      this.#stack.length = floor;
      const result = handler(this, this.#args);
      if (result !== undefined) this.#stack.push(result);
      return;
    }
    const code = this.#codeOf(index);
    const locals = this.#stack.splice(this.#stack.length - code.parameterCount);
    while (locals.length < code.localCount) locals.push(0);
    this.#frames.push({ code, locals, floor: this.#stack.length, next: 0 });
  }

  #codeOf(index: number): FunctionCode {
    let code = this.#codes.get(index);
    if (code === undefined) {
      const own = this.#module.functions[index - this.#module.imports.length];
      if (own === undefined) throw unsupported(`it calls the function ${index}`);
      code = decodeFunction(this.#module, own);
      this.#codes.set(index, code);
    }
    return code;
  }

  #typeOf(index: number): FunctionType {
    return (this.#module.imports[index] ?? this.#module.functions[index - this.#module.imports.length]!).type;
  }

  #tableEntry(at: number, type: number): number {
    const index = this.#module.table[at];
    if (index === undefined || this.#typeOf(index) !== this.#module.types[type])
      throw unsupported('an indirect call has no function');
    return index;
  }

  /** Continues with a state; a copy of it, so that it can be continued again. */
  #restore(control: Control): void {
    const { frames, stack } = copyControl(control);
    this.#frames = frames;
    this.#stack = stack;
  }
}
