import { decodeSlot, SLOT_BYTES } from './field-values.ts';
import { unsupported } from './unsupported.ts';

const SLOT_WORDS = SLOT_BYTES / 4;
const PAGE_WORDS = 1 << 14;
/** More than any circuit that can be proved here needs (1 GiB), so that a hostile module cannot take all memory. */
const MAX_PAGES = 1 << 14;

/** What a word of memory is. A positive mark is the first word of a slot: the node whose value it holds, plus one. */
const MARK = {
  /** A number that is known. */
  known: 0,
  /** A further word of a slot. */
  inSlot: -1,
  /** A word that holds different things on the paths that meet here, or a part of a slot that was overwritten. */
  unknown: -2,
} as const;

/** Contents and marks of words that were changed, by word index. */
export type MemoryChanges = ReadonlyMap<number, readonly [word: number, mark: number]>;

/** How values of different paths become one. */
export interface SlotMerger {
  constant(value: bigint): number;
  select(whenFirst: number, whenSecond: number): number;
}

/**
 * The memory of a calculator whose inputs are not known: 32-bit words, and slots of ten words that hold field elements, each the
 * value of a graph node. What is read of a slot other than its whole value, or of a word that is not known, is an error.
 */
export class SymbolicMemory {
  #words: Int32Array;
  #marks: Int32Array;
  #journal: number[] | undefined;

  constructor(pages: number, data: readonly { readonly offset: number; readonly bytes: Uint8Array }[]) {
    this.#words = new Int32Array(checkedPages(pages) * PAGE_WORDS);
    this.#marks = new Int32Array(this.#words.length);
    const bytes = new Uint8Array(this.#words.buffer);
    for (const segment of data) {
      if (segment.offset < 0 || segment.offset + segment.bytes.length > bytes.length)
        throw unsupported('it leaves its memory');
      bytes.set(segment.bytes, segment.offset);
    }
  }

  get pages(): number {
    return this.#words.length / PAGE_WORDS;
  }

  /** @returns the number of pages before */
  grow(pages: number): number {
    const before = this.pages;
    const words = new Int32Array(checkedPages(this.pages + pages) * PAGE_WORDS);
    const marks = new Int32Array(words.length);
    words.set(this.#words);
    marks.set(this.#marks);
    this.#words = words;
    this.#marks = marks;
    return before;
  }

  loadWord(address: number): number {
    const bits = 8 * (address & 3);
    // circom reads its map of inputs that are set at byte offsets.
    if (bits !== 0) {
      const low = this.loadWord(address & ~3) >>> bits;
      return low | (this.loadWord((address & ~3) + 4) << (32 - bits));
    }
    const at = this.#index(address, 1);
    if (this.#marks[at] !== MARK.known) throw unsupported('it reads a part of a value that depends on inputs');
    return this.#words[at]!;
  }

  loadLong(address: number): bigint {
    const low = BigInt.asUintN(32, BigInt(this.loadWord(address)));
    return (BigInt(this.loadWord(address + 4)) << 32n) | low;
  }

  storeWord(address: number, value: number): void {
    const at = this.#index(address, 1);
    if (this.#marks[at] !== MARK.known) this.#breakSlot(at);
    this.#set(at, value, MARK.known);
  }

  /** The node whose value the slot at `address` holds; `constant` makes one of bytes that are known. */
  readSlot(address: number, constant: (value: bigint) => number): number {
    const at = this.#index(address, SLOT_WORDS);
    const mark = this.#marks[at]!;
    if (mark > 0) return mark - 1;
    for (let word = 0; word < SLOT_WORDS; word++) {
      if (this.#marks[at + word] !== MARK.known) throw unsupported('it reads a value that no whole write left there');
    }
    const node = constant(decodeSlot(this.#words, at));
    this.#writeSlotAt(at, node);
    return node;
  }

  writeSlot(address: number, node: number): void {
    this.#writeSlotAt(this.#index(address, SLOT_WORDS), node);
  }

  /** Notes changes from here on, so that they can be listed and undone. Journals nest. */
  beginJournal(): number[] | undefined {
    const outer = this.#journal;
    this.#journal = [];
    return outer;
  }

  /** Undoes and returns the changes since {@link beginJournal}, which returned `outer`. */
  undoJournal(outer: number[] | undefined): MemoryChanges {
    const journal = this.#journal!;
    const changes = new Map<number, readonly [number, number]>();
    for (let entry = journal.length - 3; entry >= 0; entry -= 3) {
      const at = journal[entry]!;
      if (!changes.has(at)) changes.set(at, [this.#words[at]!, this.#marks[at]!]);
      this.#words[at] = journal[entry + 1]!;
      this.#marks[at] = journal[entry + 2]!;
    }
    this.#journal = outer;
    return changes;
  }

  /** Makes the changes of one path. */
  apply(changes: MemoryChanges): void {
    for (const [at, [word, mark]] of changes) this.#set(at, word, mark);
  }

  /** Makes the changes of two paths, of which either may have been taken: values that differ become one that selects. */
  merge(first: MemoryChanges, second: MemoryChanges, merger: SlotMerger): void {
    const words: [at: number, word: number, mark: number][] = [];
    const slots: [at: number, first: number, second: number][] = [];
    for (const at of new Set([...first.keys(), ...second.keys()])) {
      const before = [this.#words[at]!, this.#marks[at]!] as const;
      const [word, mark] = first.get(at) ?? before;
      const [otherWord, otherMark] = second.get(at) ?? before;
      if (mark > 0 || otherMark > 0) {
        const node = this.#slotIn(at, first, merger);
        const otherNode = this.#slotIn(at, second, merger);
        if (node !== undefined && otherNode !== undefined) slots.push([at, node, otherNode]);
        else words.push([at, 0, MARK.unknown]);
      } else if (word !== otherWord || mark !== otherMark) {
        words.push([at, 0, MARK.unknown]);
      } else if (mark !== MARK.inSlot) {
        words.push([at, word, mark]);
      }
    }
    for (const [at, word, mark] of words) this.#set(at, word, mark);
    // Last, over further words of slots that one path wrote where the other has plain bytes.
    for (const [at, node, otherNode] of slots) this.#writeSlotAt(at, merger.select(node, otherNode));
  }

  /** The node of a slot as a path left it, or undefined when it left no slot there. */
  #slotIn(at: number, changes: MemoryChanges, merger: SlotMerger): number | undefined {
    const words: number[] = [];
    for (let word = 0; word < SLOT_WORDS; word++) {
      const [value, mark] = changes.get(at + word) ?? [this.#words[at + word]!, this.#marks[at + word]!];
      if (word === 0 && mark > 0) return mark - 1;
      if (mark !== MARK.known) return undefined;
      words.push(value);
    }
    return merger.constant(decodeSlot(words, 0));
  }

  #writeSlotAt(at: number, node: number): void {
    if (this.#marks[at]! <= 0) {
      for (let word = 0; word < SLOT_WORDS; word++) {
        if (this.#marks[at + word] !== MARK.known) this.#breakSlot(at + word);
        this.#set(at + word, 0, MARK.inSlot);
      }
    }
    this.#set(at, 0, node + 1);
  }

  /** What is left of a slot of which a part is overwritten is no value any more. */
  #breakSlot(at: number): void {
    if (this.#marks[at] === MARK.unknown) return;
    let first = at;
    while (this.#marks[first] === MARK.inSlot) first--;
    for (let word = 0; word < SLOT_WORDS; word++) this.#set(first + word, 0, MARK.unknown);
  }

  #set(at: number, word: number, mark: number): void {
    this.#journal?.push(at, this.#words[at]!, this.#marks[at]!);
    this.#words[at] = word;
    this.#marks[at] = mark;
  }

  #index(address: number, words: number): number {
    if ((address & 3) !== 0 || (address | 0) !== address)
      throw unsupported('it computes an address that cannot be followed');
    const at = address >>> 2;
    if (at + words > this.#words.length) throw unsupported('it leaves its memory');
    return at;
  }
}

function checkedPages(pages: number): number {
  if (pages > MAX_PAGES) throw unsupported('it takes more memory than any circuit that can be proved');
  return pages;
}
