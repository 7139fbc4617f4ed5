import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { naivePath, naiveRoot, naiveSubproof } from '../test/naive-tree.ts';
import { verifyConsistency } from './consistency.ts';
import { leafHash } from './hash.ts';
import { verifyInclusion } from './inclusion.ts';
import { treeHash } from './tree.ts';

const leaf = (n: number): Uint8Array => new TextEncoder().encode(`entry ${n}`);
const leaves = (size: number): Uint8Array[] => Array.from({ length: size }, (_, n) => leaf(n));
const place = fc.integer({ min: 1, max: 70 }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));

describe('a tree of any size', () => {
  test('has the root that the naive tree has', () => {
    for (let size = 0; size < 130; size++) {
      assert.deepEqual(treeHash(leaves(size).map(leafHash)), naiveRoot(leaves(size)));
    }
  });

  test('takes every inclusion proof of the naive tree', () => {
    for (let size = 1; size < 34; size++) {
      for (let index = 0; index < size; index++) verifyInclusion(inclusion(index, size));
    }
  });

  test('takes every consistency proof of the naive tree', () => {
    for (let newSize = 1; newSize < 34; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) verifyConsistency(consistency(oldSize, newSize));
    }
  });
});

describe('an inclusion proof', () => {
  test('is refused with a bit changed, a hash too many, a hash too few or two swapped', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(255), ([index, size], pick, bit) => {
        const claim = inclusion(index, size);
        for (const proof of spoiled(claim.proof, pick, bit)) refused(() => verifyInclusion({ ...claim, proof }));
        refused(() => verifyInclusion({ ...claim, root: flipped(claim.root, bit) }));
        refused(() => verifyInclusion({ ...claim, leafHash: flipped(claim.leafHash, bit) }));
      }),
    );
  });

  test('is refused for another index', () => {
    fc.assert(
      fc.property(place, fc.nat(80), ([index, size], other) => {
        fc.pre(other !== index);
        refused(() => verifyInclusion({ ...inclusion(index, size), index: other }));
      }),
    );
  });

  test('is refused at indices and sizes that a number cannot hold', () => {
    const claim = inclusion(0, 1);
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      assert.throws(() => verifyInclusion({ ...claim, index: wrong, size: 2 ** 53 - 1 }), { code: 'out-of-range' });
      assert.throws(() => verifyInclusion({ ...claim, size: wrong }), { code: 'out-of-range' });
    }
  });

  test('works at the largest size', () => {
    const size = 2 ** 53 - 1;
    const node = leafHash(leaf(1));
    // Every subtree left of the last leaf is a sibling: one for each bit of the size but the last.
    const proof = Array.from({ length: 52 }, () => node);
    refused(() => verifyInclusion({ index: size - 1, size, leafHash: node, root: node, proof }));
    refused(() => verifyInclusion({ index: size - 1, size, leafHash: node, root: node, proof: [...proof, node] }));
  });

  test('is refused with hashes that are not 32 bytes, whatever they add up to', () => {
    const claim = inclusion(1, 4);
    const [first, second] = claim.proof as [Uint8Array, Uint8Array];
    const proof = [first.subarray(0, 31), Uint8Array.of(first[31]!, ...second)];
    assert.throws(() => verifyInclusion({ ...claim, proof }), { code: 'malformed' });
  });
});

describe('a consistency proof', () => {
  test('is refused with a bit changed, a hash too many, a hash too few or two swapped', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.nat(255), ([before, newSize], pick, bit) => {
        const claim = consistency(before + 1, newSize);
        for (const proof of spoiled(claim.proof, pick, bit)) refused(() => verifyConsistency({ ...claim, proof }));
        refused(() => verifyConsistency({ ...claim, oldRoot: flipped(claim.oldRoot, bit) }));
        refused(() => verifyConsistency({ ...claim, newRoot: flipped(claim.newRoot, bit) }));
      }),
    );
  });

  test('is refused backwards, and from the tree without entries', () => {
    const claim = consistency(3, 7);
    const { oldRoot, newRoot } = claim;
    const backwards = { ...claim, oldSize: 7, newSize: 3, oldRoot: newRoot, newRoot: oldRoot };
    assert.throws(() => verifyConsistency(backwards), { code: 'out-of-range' });
    refused(() => verifyConsistency({ ...claim, oldSize: 0, oldRoot: naiveRoot([]), proof: [] }));
    verifyConsistency({ oldSize: 0, newSize: 0, oldRoot: naiveRoot([]), newRoot: naiveRoot([]), proof: [] });
  });
});

function inclusion(index: number, size: number) {
  const all = leaves(size);
  return { index, size, leafHash: leafHash(leaf(index)), root: naiveRoot(all), proof: naivePath(index, all) };
}

function consistency(oldSize: number, newSize: number) {
  const all = leaves(newSize);
  const oldRoot = naiveRoot(all.slice(0, oldSize));
  return { oldSize, newSize, oldRoot, newRoot: naiveRoot(all), proof: naiveSubproof(oldSize, all) };
}

function* spoiled(proof: readonly Uint8Array[], pick: number, bit: number): Generator<Uint8Array[]> {
  yield [...proof, new Uint8Array(32)];
  yield [new Uint8Array(32), ...proof];
  if (proof.length === 0) return;
  const at = pick % proof.length;
  yield proof.map((hash, n) => (n === at ? flipped(hash, bit) : hash));
  yield proof.filter((_, n) => n !== at);
  if (proof.length > 1) yield [...proof].reverse();
}

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  return hash.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

function refused(verify: () => void): void {
  assert.throws(verify, { name: 'TlogError' });
}
