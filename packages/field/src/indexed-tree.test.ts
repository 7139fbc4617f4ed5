import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { hashIndexedLeaf, IndexedTree } from './indexed-tree.ts';
import { MerkleTree8, rootOfPath } from './merkle-tree.ts';

const value = fc.bigInt({ min: 1n, max: 2n ** 248n - 1n });

suite('indexed tree', () => {
  test('shows whether a value is in the set, by one leaf', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 20 }), fc.array(value, { maxLength: 5 }), (values, others) => {
        const tree = new IndexedTree(2, values);
        assert.equal(tree.size, values.length);
        const neighbours = values.flatMap((v) => [v, v + 1n, v - 1n]).filter((v) => v > 0n && v < 2n ** 248n);
        for (const x of [...others, ...neighbours]) {
          const { present, leaf, path } = tree.lookup(x);
          assert.equal(present, values.includes(x));
          assert.ok(present ? leaf.value === x : leaf.value < x && (leaf.next === 0n || x < leaf.next));
          assert.equal(rootOfPath(hashIndexedLeaf(leaf), path), tree.root);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('does not depend on the order of the values', () => {
    assert.equal(new IndexedTree(2, [3n, 1n, 2n]).root, new IndexedTree(2, [1n, 2n, 3n]).root);
  });

  test('of the empty set has a leaf, so its root is not that of an empty tree', () => {
    const tree = new IndexedTree(6, []);
    assert.notEqual(tree.root, new MerkleTree8(6).root);
    assert.deepEqual(tree.lookup(1n).leaf, { value: 0n, next: 0n });
    assert.equal(tree.lookup(1n).present, false);
  });

  test('refuses sets that repeat, hold zero or too much, or do not fit', () => {
    for (const values of [[1n, 1n], [0n], [-1n], [2n ** 248n], Array.from({ length: 8 }, (_, i) => BigInt(i + 1))]) {
      assert.throws(() => new IndexedTree(1, values), { code: 'INVALID_SET' });
    }
    assert.equal(
      new IndexedTree(
        1,
        Array.from({ length: 7 }, (_, i) => BigInt(i + 1)),
      ).size,
      7,
    );
  });

  test('looks up values in range only', () => {
    const tree = new IndexedTree(1, [5n]);
    for (const outside of [0n, -1n, 2n ** 248n]) assert.throws(() => tree.lookup(outside), { code: 'NOT_CANONICAL' });
  });
});
