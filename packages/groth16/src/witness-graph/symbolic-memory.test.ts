import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MemoryChanges, SymbolicMemory } from './symbolic-memory.ts';

const UNSUPPORTED = { code: 'UNSUPPORTED_CALCULATOR' };
/** Nodes of constants are their values, those of selections are far above. */
const merger = { constant: Number, select: (a: number, b: number) => (a === b ? a : 1_000 + 10 * a + b) };
const read = (memory: SymbolicMemory, address: number): number => memory.readSlot(address, Number);

function memory(): SymbolicMemory {
  return new SymbolicMemory(1, [{ offset: 400, bytes: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) }]);
}

/** What a path changes; the memory is as before. */
function path(on: SymbolicMemory, steps: () => void): MemoryChanges {
  const outer = on.beginJournal();
  steps();
  return on.undoJournal(outer);
}

test('bytes that are known are a value, and a value has no bytes', () => {
  const its = memory();
  assert.equal(read(its, 400), 7);
  its.writeSlot(800, 55);
  assert.equal(read(its, 800), 55);
  assert.throws(() => its.loadWord(804), UNSUPPORTED);
  assert.throws(() => read(its, 804), UNSUPPORTED);
});

test('of a value that is overwritten in part nothing can be read but what was written', () => {
  const its = memory();
  its.writeSlot(800, 55);
  its.storeWord(808, 3);
  assert.equal(its.loadWord(808), 3);
  assert.throws(() => read(its, 800), UNSUPPORTED);
  its.writeSlot(820, 66);
  assert.equal(read(its, 820), 66);
  assert.throws(() => its.loadWord(816), UNSUPPORTED);
});

test('what a path changed is undone, and can be done again', () => {
  const its = memory();
  its.writeSlot(800, 55);
  const changes = path(its, () => {
    its.writeSlot(820, 66);
    its.storeWord(0, 9);
    its.storeWord(0, 10);
  });
  assert.equal(read(its, 800), 55);
  assert.equal(its.loadWord(0), 0);
  its.apply(changes);
  assert.equal(read(its, 820), 66);
  assert.equal(its.loadWord(0), 10);
});

test('where paths meet, values that differ are selected, known bytes among them, and other words are lost', () => {
  const its = memory();
  its.writeSlot(840, 4);
  const first = path(its, () => {
    its.writeSlot(400, 1);
    its.writeSlot(600, 2);
    its.writeSlot(840, 5);
    its.storeWord(0, 1);
    its.storeWord(4, 8);
  });
  const second = path(its, () => {
    its.writeSlot(600, 3);
    its.storeWord(0, 2);
    its.storeWord(4, 8);
  });
  its.merge(first, second, merger);
  assert.equal(read(its, 400), merger.select(1, 7));
  assert.equal(read(its, 600), merger.select(2, 3));
  assert.equal(read(its, 840), merger.select(5, 4));
  assert.equal(its.loadWord(4), 8);
  assert.throws(() => its.loadWord(0), UNSUPPORTED);
});

test('a value of one path across two of the other is lost, and both places can be used again', () => {
  const its = memory();
  its.writeSlot(800, 1);
  its.writeSlot(840, 2);
  const first = path(its, () => its.writeSlot(820, 3));
  const second = path(its, () => {
    its.writeSlot(840, 4);
    its.writeSlot(880, 5);
  });
  its.merge(first, second, merger);
  for (const address of [800, 820, 840]) assert.throws(() => read(its, address), UNSUPPORTED);
  assert.equal(read(its, 880), merger.select(0, 5));
  its.writeSlot(800, 6);
  its.writeSlot(840, 7);
  assert.equal(read(its, 800), 6);
  assert.equal(read(its, 840), 7);
});

test('addresses outside the memory are an error', () => {
  const its = memory();
  for (const address of [-4, 1 << 16, (1 << 16) - 36]) assert.throws(() => its.writeSlot(address, 1), UNSUPPORTED);
  assert.throws(() => new SymbolicMemory(1, [{ offset: (1 << 16) - 1, bytes: new Uint8Array(2) }]), UNSUPPORTED);
  assert.throws(() => its.grow(1 << 15), UNSUPPORTED);
});
