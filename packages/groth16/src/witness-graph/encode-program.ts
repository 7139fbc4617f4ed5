import type { SlotAllocation } from './allocate-slots.ts';
import { OPERATION } from './instructions.ts';
import type { LoweredGraph } from './lower-graph.ts';

/** The words of a program: see docs/spec/witness-graph.md, section 3. */
export function encodeProgram({ instructions }: LoweredGraph, { slots }: SlotAllocation): Uint32Array {
  const words: number[] = [];
  for (const { operation, results, operands, counts, index } of instructions) {
    const [count = 0, ...further] = counts ?? [];
    words.push(OPERATION[operation] | (count << 8));
    if (further.length > 0) words.push(further[0]! | (further[1]! << 16));
    if (index !== undefined) words.push(index);
    for (const value of [...results, ...operands]) words.push(slots[value]!);
  }
  return Uint32Array.from(words);
}
