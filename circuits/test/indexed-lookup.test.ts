import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { hashIndexedLeaf, type IndexedLeaf, IndexedTree, MerkleTree8 } from '@assay/field';
import type { WitnessCalculator } from '@assay/groth16';
import { compileGadget } from './compile-gadget.ts';

// Values of 8 bits, so that the ends of their range come into play.
const NUMBERS = [1n, 2n, 3n, 4n, 5n, 6n, 16n, 17n, 18n, 40n, 89n, 90n, 91n, 92n, 253n, 254n, 255n];

suite('indexed lookup gadget', () => {
  let calculator: WitnessCalculator;
  before(async () => {
    calculator = await compileGadget('indexed-lookup');
  });
  const lookup = (x: bigint, { value, next }: IndexedLeaf, children: bigint[][]): { root: bigint; present: bigint } => {
    const [, root, present] = calculator.witness({ x, value, next, children });
    return { root: root!, present: present! };
  };
  const refuses = (x: bigint, leaf: IndexedLeaf, children: bigint[][]): void =>
    assert.throws(() => lookup(x, leaf, children), { code: 'WITNESS_REJECTED' });

  for (const set of [[], [1n], [1n, 2n, 5n, 17n, 90n, 91n, 254n, 255n]]) {
    test(`of each number and leaf of a set of ${set.length}, one leaf decides and no other is accepted`, () => {
      const sorted = [0n, ...set];
      const leaves = sorted.map((value, i) => ({ value, next: sorted[i + 1] ?? 0n }) as IndexedLeaf);
      const tree = new MerkleTree8(2);
      tree.setAll(leaves.map(hashIndexedLeaf));
      assert.equal(tree.root, new IndexedTree(2, set).root);
      for (const x of NUMBERS) {
        for (const [index, leaf] of leaves.entries()) {
          const children = tree.path(index).map((level) => [...level.children]);
          const decides = leaf.value <= x && (leaf.next === 0n || x < leaf.next);
          if (!decides) refuses(x, leaf, children);
          else assert.deepEqual(lookup(x, leaf, children), { root: tree.root, present: BigInt(leaf.value === x) });
        }
      }
    });
  }

  test('refuses a leaf that is not in the tree, and a node that is not its parent’s child', () => {
    const tree = new IndexedTree(2, [3n, 9n]);
    const { leaf, path } = tree.lookup(5n);
    const children = path.map((level) => [...level.children] as bigint[]);
    lookup(5n, leaf, children);
    // A wider gap, the last leaf's next, and a leaf of its own.
    for (const forged of [
      { ...leaf, value: 2n },
      { ...leaf, next: 0n },
      { value: 5n, next: 9n },
    ]) {
      refuses(5n, forged as IndexedLeaf, children);
    }
    refuses(5n, leaf, [children[0]!, children[1]!.with(0, children[1]![0]! + 1n)]);
    refuses(5n, leaf, [children[0]!.with(7, 1n), children[1]!]);
  });

  test('the root of an empty tree has no leaf to show', () => {
    const empty = new MerkleTree8(2);
    const children = empty.path(0).map((level) => [...level.children] as bigint[]);
    refuses(5n, { value: 0n, next: 0n } as IndexedLeaf, children);
  });
});
