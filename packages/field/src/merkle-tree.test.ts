import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Fr, fr } from './fr.ts';
import { hashNode, MerkleTree8, rootOfPath } from './merkle-tree.ts';

/** The root over all leaves of a full level, recursively. */
function naiveRoot(leaves: readonly Fr[]): Fr {
  if (leaves.length === 1) return leaves[0]!;
  const parents = Array.from({ length: leaves.length / 8 }, (_, i) => hashNode(leaves.slice(8 * i, 8 * i + 8)));
  return naiveRoot(parents);
}

const leaf = fc.bigInt({ min: 0n, max: 2n ** 253n }).map(fr);

suite('8-ary Merkle tree', () => {
  test('has the root of the full tree', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.nat(63).map(String), leaf, { maxKeys: 10 }), (entries) => {
        const tree = new MerkleTree8(2);
        const leaves = new Array<Fr>(64).fill(fr(0n));
        for (const [index, value] of Object.entries(entries)) {
          tree.set(Number(index), value);
          leaves[Number(index)] = value;
        }
        assert.equal(tree.root, naiveRoot(leaves));
        const atOnce = new MerkleTree8(2);
        atOnce.setAll(leaves);
        assert.equal(atOnce.root, tree.root);
      }),
      { numRuns: 15 },
    );
  });

  test('gives paths that lead to the root, least significant digit first', () => {
    const tree = new MerkleTree8(3);
    tree.set(0o123, 5n);
    tree.set(0o124, 6n);
    const path = tree.path(0o123);
    assert.deepEqual(
      path.map(({ digit }) => digit),
      [3, 2, 1],
    );
    assert.equal(path[0]!.children[4], 6n);
    assert.equal(rootOfPath(tree.leaf(0o123), path), tree.root);
    assert.equal(rootOfPath(fr(0n), tree.path(0o777)), tree.root, 'an absent leaf');
  });

  test('a path of another leaf, or a changed one, does not hold', () => {
    const tree = new MerkleTree8(2);
    tree.set(9, 5n);
    const path = tree.path(9);
    assert.equal(rootOfPath(fr(6n), path), undefined);
    const broken = [path[0]!, { ...path[1]!, children: path[1]!.children.toSpliced(1, 1, fr(1n)) }];
    assert.equal(rootOfPath(fr(5n), broken), undefined);
    const outside = [{ ...path[0]!, digit: 8 }, path[1]!];
    assert.equal(rootOfPath(fr(5n), outside), undefined);
  });

  test('forgets a leaf that is set to zero', () => {
    const tree = new MerkleTree8(2);
    assert.equal(tree.root, tree.emptyRoot);
    tree.set(7, 1n);
    assert.notEqual(tree.root, tree.emptyRoot);
    tree.set(7, 0n);
    assert.equal(tree.root, tree.emptyRoot);
  });

  test('has roots that tell depths and places apart', () => {
    const roots = [1, 2, 3].flatMap((depth) => {
      const tree = new MerkleTree8(depth);
      const empty = tree.root;
      tree.set(0, 1n);
      const first = tree.root;
      tree.set(0, 0n);
      tree.set(1, 1n);
      return [empty, first, tree.root];
    });
    assert.equal(new Set(roots).size, roots.length);
  });

  test('refuses what it has no room for', () => {
    const tree = new MerkleTree8(1);
    for (const use of [
      () => tree.set(8, 1n),
      () => tree.set(-1, 1n),
      () => tree.set(0.5, 1n),
      () => tree.path(8),
      () => tree.leaf(8),
      () => tree.set(0, -1n),
      () => tree.setAll(new Array<bigint>(9).fill(1n)),
      () => new MerkleTree8(0),
    ]) {
      assert.throws(use, { code: 'NOT_CANONICAL' });
    }
    assert.throws(() => hashNode([fr(0n)]), { code: 'WRONG_LENGTH' });
  });
});
