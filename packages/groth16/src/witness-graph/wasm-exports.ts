import type { WasmModuleParts } from './wasm-module.ts';

const EXPORT_SECTION = 7;

/**
 * The module with more of its functions exported, under `prefix` and the names that its name section gives them, so that they can
 * be called one by one.
 */
export function exportNamed({ bytes, exports, names }: WasmModuleParts, prefix: string): Uint8Array {
  const all = new Map(exports);
  for (const [name, index] of names) all.set(prefix + name, index);
  const entries = [...all].flatMap(([name, index]) => {
    const text = new TextEncoder().encode(name);
    return [...leb128(text.length), ...text, 0, ...leb128(index)];
  });
  // The memory, index 0, is the one export that is no function.
  const memory = [...leb128(6), ...new TextEncoder().encode('memory'), 2, 0];
  const body = [...leb128(all.size + 1), ...memory, ...entries];
  const section = Uint8Array.from([EXPORT_SECTION, ...leb128(body.length), ...body]);
  const { start, end } = findSection(bytes, EXPORT_SECTION);
  const result = new Uint8Array(bytes.length - (end - start) + section.length);
  result.set(bytes.subarray(0, start));
  result.set(section, start);
  result.set(bytes.subarray(end), start + section.length);
  return result;
}

/** Where a section begins and ends, in a module that has been parsed. */
function findSection(bytes: Uint8Array, id: number): { start: number; end: number } {
  for (let at = 8; at < bytes.length; ) {
    const start = at++;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
    if (bytes[start] === id) return { start, end: at };
  }
  throw new RangeError(`the module has no section ${id}`);
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
