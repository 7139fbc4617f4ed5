import { B8, type Fr, type Point, pointMultiply, poseidon, poseidonOutputs, reduceFr, tag } from '@assay/field';
import type { FairnessPolicy } from './fairness-policy.ts';
import type { TallyOpening } from './tally.ts';

/** Words of the packed table: 64 cells of 24 bits, ten a word. */
export const TABLE_WORDS = 7;
const CELLS_PER_WORD = 10;
const CELL_BITS = 24n;

/** A fairness statement's table, encrypted to the regulator. */
export interface TableCiphertext {
  /** The sender's ephemeral point. */
  readonly e: Point;
  readonly words: readonly Fr[];
}

/** One cell of the decrypted table: a group's size and approvals; `hidden` when it was below the smallest cell shown. */
export interface TableCell {
  readonly size: number;
  readonly approvals: number;
  readonly hidden: boolean;
}

/** Packs counts into the words that are encrypted; cells below `minCell` show as (0, 1), which no count is. */
export function packTable(policy: FairnessPolicy, opening: TallyOpening): bigint[] {
  const { minCell } = policy.document;
  const cells = opening.sizes.flatMap((row, p) =>
    row.flatMap((size, g) => (size > 0 && size < minCell ? [0, 1] : [size, opening.approvals[p]![g]!])),
  );
  const words = new Array<bigint>(TABLE_WORDS).fill(0n);
  cells.forEach((cell, i) => {
    words[Math.floor(i / CELLS_PER_WORD)]! += BigInt(cell) << (CELL_BITS * BigInt(i % CELLS_PER_WORD));
  });
  return words;
}

/** Encrypts the table under the policy's key with the ephemeral scalar `e`, fresh for every statement. */
export function encryptTable(
  policy: FairnessPolicy,
  words: readonly bigint[],
  e: bigint,
  tally: Point,
): TableCiphertext {
  const shared = pointMultiply(policy.regulatorKey, e);
  return {
    e: pointMultiply(B8, e),
    words: padsOf(shared, tally).map((pad, i) => reduceFr(words[i]! + pad)),
  };
}

/** Decrypts a table with the regulator's scalar: `cells[p][g]`. */
export function decryptTable(table: TableCiphertext, regulatorScalar: bigint, tally: Point): TableCell[][] {
  const shared = pointMultiply(table.e, regulatorScalar);
  const words = padsOf(shared, tally).map((pad, i) => reduceFr(table.words[i]! - pad));
  const cell = (i: number): number =>
    Number(
      (words[Math.floor(i / CELLS_PER_WORD)]! >> (CELL_BITS * BigInt(i % CELLS_PER_WORD))) & ((1n << CELL_BITS) - 1n),
    );
  return Array.from({ length: 4 }, (_, p) =>
    Array.from({ length: 8 }, (_, g) => {
      const [size, approvals] = [cell(16 * p + 2 * g), cell(16 * p + 2 * g + 1)];
      return size === 0 && approvals === 1
        ? { size: 0, approvals: 0, hidden: true }
        : { size, approvals, hidden: false };
    }),
  );
}

/** `tableCiphertextHash` of docs/spec/statements.md, section 8. */
export function tableCiphertextHash(table: TableCiphertext): Fr {
  return poseidon([tag('table'), table.e.x, table.e.y, ...table.words]);
}

function padsOf(shared: Point, tally: Point): Fr[] {
  return poseidonOutputs([tag('table-pad'), shared.x, shared.y, tally.x, tally.y, 0n, 0n], TABLE_WORDS);
}
