import {
  BINARY_OPERATORS,
  type BinaryOperator,
  SLOT_BYTES,
  toInt32,
  UNARY_OPERATORS,
  type UnaryOperator,
} from './field-values.ts';
import type { SymbolicMachine } from './symbolic-machine.ts';
import { unsupported } from './unsupported.ts';
import type { WasmModuleParts } from './wasm-module.ts';

/** What stands for a call of a function that is not interpreted. Gives its result, where it has one. */
export type Handler = (machine: SymbolicMachine, args: readonly number[]) => number | undefined;

/** How circom names the function of each operator. */
const OPERATOR_FUNCTION = (name: string): string => `Fr_${name}`;

/** Functions that change a value's form and not the value, or prepare what is shown of a log. */
const WITHOUT_EFFECT = [
  'Fr_toNormal',
  'Fr_toLongNormal',
  'Fr_toMontgomery',
  'buildLogMessage',
  'copyFr2SharedRWMemory',
  'copy32inSharedRWMemory',
  'runtime.writeBufferMessage',
  'runtime.showSharedRWMemory',
];

const HANDLERS: Readonly<Record<string, Handler>> = {
  Fr_copy: (machine, [to, from]) => machine.write(to!, machine.copied(from!)),
  Fr_copyn: (machine, [to, from, count]) => {
    // In ascending order, as the calculator copies.
    for (let i = 0; i < count!; i++) machine.write(to! + SLOT_BYTES * i, machine.read(from! + SLOT_BYTES * i));
  },
  Fr_int_zero: (machine, [at]) => {
    for (let word = 0; word < 8; word++) machine.memory.storeWord(at! + 4 * word, 0);
  },
  Fr_isTrue: (machine, [at]) => machine.condition(machine.graph.truth(machine.read(at!))),
  Fr_eqR: (machine, [a, b]) => machine.condition(machine.graph.binary('eq', machine.read(a!), machine.read(b!))),
  Fr_toInt: (machine, [at]) => {
    const value = machine.graph.valueOf(machine.read(at!));
    if (value === undefined) throw unsupported('an index or a count depends on inputs');
    return toInt32(value);
  },
  Fr_inv: (machine, [to, from]) => {
    machine.write(to!, machine.graph.binary('div', machine.graph.constant(1n), machine.read(from!)));
  },
  buildBufferMessage: (machine, [message, line]) => machine.place(message!, line!),
  'runtime.printErrorMessage': (machine) => machine.printPlace(),
  'runtime.exceptionHandler': (machine, [code]) => machine.raise(code!),
  ...Object.fromEntries(
    (Object.keys(BINARY_OPERATORS) as BinaryOperator[]).map((kind): [string, Handler] => [
      OPERATOR_FUNCTION(kind),
      (machine, [to, a, b]) => {
        if (to === a || to === b) throw unsupported('an operation overwrites its operand');
        const second = machine.read(b!);
        if (kind === 'idiv' || kind === 'mod') machine.requireDivisor(second);
        machine.write(to!, machine.graph.binary(kind, machine.read(a!), second));
      },
    ]),
  ),
  ...Object.fromEntries(
    (Object.keys(UNARY_OPERATORS) as UnaryOperator[]).map((kind): [string, Handler] => [
      OPERATOR_FUNCTION(kind),
      (machine, [to, a]) => {
        if (to === a) throw unsupported('an operation overwrites its operand');
        machine.write(to!, machine.graph.unary(kind, machine.read(a!)));
      },
    ]),
  ),
  ...Object.fromEntries(WITHOUT_EFFECT.map((name): [string, Handler] => [name, () => undefined])),
};

/** Names of the functions that are not interpreted and have to be there. */
export const HANDLED_FUNCTIONS: readonly string[] = Object.keys(HANDLERS);

/**
 * By function index, what stands for functions that are not interpreted: those on field elements, messages, and all imports.
 * Others of the field's functions, which work on bytes of values, cannot be called.
 *
 * @throws Groth16Error `UNSUPPORTED_CALCULATOR` when the module lacks one, or imports another function
 */
export function functionHandlers(module: WasmModuleParts): ReadonlyMap<number, Handler> {
  const handlers = new Map<number, Handler>();
  const indices = new Map([
    ...module.names,
    ...module.imports.map(({ name }, index): [string, number] => [name, index]),
  ]);
  for (const [name, index] of indices) {
    const handler = HANDLERS[name];
    if (handler !== undefined) handlers.set(index, handler);
    else if (name.startsWith('Fr_')) {
      handlers.set(index, () => {
        throw unsupported(`it calls ${name}`);
      });
    } else if (index < module.imports.length) {
      // An imported function has a name of its own besides that of its import.
      if (module.imports[index]?.name === name) throw unsupported(`it imports ${name}`);
    }
  }
  for (const name of HANDLED_FUNCTIONS) if (!indices.has(name)) throw unsupported(`it has no function ${name}`);
  return handlers;
}
