import type { Groth16Error } from '../error.ts';
import { unsupported } from './unsupported.ts';
import { WasmReader } from './wasm-reader.ts';

/** Parameters and results of a function, as the binary format's value types. */
export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** A function of the module's own. */
export interface WasmFunction {
  readonly type: FunctionType;
  /** Declared locals, without the parameters. */
  readonly localCount: number;
  /** Where its instructions are in the module's bytes. */
  readonly start: number;
  readonly end: number;
}

/** What a witness calculator's module has, of the parts that circom writes. */
export interface WasmModuleParts {
  readonly bytes: Uint8Array;
  /** Types, by index. */
  readonly types: readonly FunctionType[];
  /** Imported functions as `module.name`; function indices begin with them. */
  readonly imports: readonly { readonly name: string; readonly type: FunctionType }[];
  /** The module's own functions; the first has index `imports.length`. */
  readonly functions: readonly WasmFunction[];
  /** Indices of exported functions, by name. */
  readonly exports: ReadonlyMap<string, number>;
  /** Indices of functions by the name that the name section gives. */
  readonly names: ReadonlyMap<string, number>;
  /** Pages of memory at the start. */
  readonly memoryPages: number;
  readonly data: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** The function table, by index; undefined where nothing was put. */
  readonly table: readonly (number | undefined)[];
}

/** Value types that circom's calculators use. */
export const I32 = 0x7f;
export const I64 = 0x7e;

const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  export: 7,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/**
 * Reads the parts of a WebAssembly module that circom writes: functions, one memory, data, one table. The bytes have been
 * validated by the runtime's own compiler before; what is checked here is only what that would accept and this cannot express.
 *
 * @throws Groth16Error `MALFORMED_CALCULATOR`, or `UNSUPPORTED_CALCULATOR` for a feature that circom does not use
 */
export function parseWasm(bytes: Uint8Array): WasmModuleParts {
  const reader = new WasmReader(bytes);
  const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  if (magic.some((byte) => reader.byte() !== byte)) throw unused('version');
  const sections = new Map<number, WasmReader>();
  let names: ReadonlyMap<string, number> = new Map();
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.part(reader.u32());
    if (id !== SECTION.custom) sections.set(id, section);
    else if (section.name() === 'name') names = readFunctionNames(section);
  }
  const known: readonly number[] = Object.values(SECTION);
  for (const id of sections.keys()) if (!known.includes(id)) throw unused(`section ${id}`);
  const vector = <T>(id: number, item: (reader: WasmReader) => T): T[] => {
    const section = sections.get(id);
    return section === undefined ? [] : section.vector(() => item(section));
  };

  const types = vector(SECTION.type, readType);
  const imports = vector(SECTION.import, (section) => {
    const name = `${section.name()}.${section.name()}`;
    if (section.byte() !== 0) throw unused('import that is no function');
    return { name, type: types[section.u32()]! };
  });
  const declared = vector(SECTION.function, (section) => types[section.u32()]!);
  const tableSizes = vector(SECTION.table, (section) => {
    if (section.byte() !== 0x70) throw unused('table');
    return readLimits(section);
  });
  const memories = vector(SECTION.memory, readLimits);
  if (tableSizes.length > 1 || memories.length !== 1) throw unused('number of tables or memories');
  const exports = vector(SECTION.export, (section): [string, number, number] => [
    section.name(),
    section.byte(),
    section.u32(),
  ]);
  const table: (number | undefined)[] = new Array(tableSizes[0] ?? 0).fill(undefined);
  vector(SECTION.element, (section) => {
    if (section.u32() !== 0) throw unused('element segment');
    const offset = readOffset(section);
    section.vector((index) => {
      table[offset + index] = section.u32();
    });
  });
  const functions = vector(SECTION.code, (section) => section.part(section.u32())).map((body, index) =>
    readFunction(body, declared[index]!),
  );
  const data = vector(SECTION.data, (section) => {
    if (section.u32() !== 0) throw unused('data segment');
    const offset = readOffset(section);
    const part = section.part(section.u32());
    return { offset, bytes: bytes.subarray(part.at, part.end) };
  });
  return {
    bytes,
    types,
    imports,
    functions,
    exports: new Map(exports.flatMap(([name, kind, index]) => (kind === 0 ? [[name, index] as const] : []))),
    names,
    memoryPages: memories[0]!,
    data,
    table,
  };
}

function readType(section: WasmReader): FunctionType {
  if (section.byte() !== 0x60) throw unused('type');
  return { parameters: section.vector(() => section.byte()), results: section.vector(() => section.byte()) };
}

function readLimits(section: WasmReader): number {
  const flag = section.byte();
  if (flag > 1) throw unused('kind of memory');
  const minimum = section.u32();
  if (flag === 1) section.u32();
  return minimum;
}

/** A constant offset: `i32.const n; end`. */
function readOffset(section: WasmReader): number {
  if (section.byte() !== 0x41) throw unused('offset');
  const offset = section.i32();
  if (section.byte() !== 0x0b) throw unused('offset');
  return offset;
}

function readFunction(body: WasmReader, type: FunctionType): WasmFunction {
  let localCount = 0;
  body.vector(() => {
    localCount += body.u32();
    body.byte();
  });
  if (localCount > 10_000) throw unused('number of locals');
  return { type, localCount, start: body.at, end: body.end };
}

/** The name section's map from indices to names, the other way round (appendix 7.4.1). */
function readFunctionNames(section: WasmReader): Map<string, number> {
  const names = new Map<string, number>();
  while (!section.done) {
    const id = section.byte();
    const part = section.part(section.u32());
    if (id !== 1) continue;
    part.vector(() => {
      const index = part.u32();
      names.set(part.name(), index);
    });
  }
  return names;
}

function unused(what: string): Groth16Error {
  return unsupported(`its module has a ${what} that circom does not write`);
}
