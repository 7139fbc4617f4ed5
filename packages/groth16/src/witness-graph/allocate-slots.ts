import type { LoweredGraph } from './lower-graph.ts';

/** Where values are while a program runs: of each value, its slot. */
export interface SlotAllocation {
  readonly slots: Int32Array;
  readonly slotCount: number;
}

/**
 * Gives every value a slot. Constants and inputs keep the first ones; a later value takes the slot that became free last, so that
 * what is worked on stays in the processor's cache. An instruction may write to a slot that it reads: it reads first.
 */
export function allocateSlots({ constants, inputCount, valueCount, instructions }: LoweredGraph): SlotAllocation {
  const fixed = constants.length + inputCount;
  const lastUse = new Int32Array(valueCount).fill(-1);
  for (const [at, { operands }] of instructions.entries()) for (const value of operands) lastUse[value] = at;
  const slots = new Int32Array(valueCount);
  for (let value = 0; value < fixed; value++) slots[value] = value;
  const free: number[] = [];
  let slotCount = fixed;
  for (const [at, { operands, results }] of instructions.entries()) {
    for (const value of new Set(operands)) if (value >= fixed && lastUse[value] === at) free.push(slots[value]!);
    for (const result of results) slots[result] = free.pop() ?? slotCount++;
    // A result that nothing reads gives its slot back.
    for (const result of results) if (lastUse[result] === -1) free.push(slots[result]!);
  }
  return { slots, slotCount };
}
