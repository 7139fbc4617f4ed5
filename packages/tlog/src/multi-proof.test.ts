import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { naivePath, naiveRoot, naiveTile } from '../test/naive-tree.ts';
import { leafHash } from './hash.ts';
import { type MultiProofClaim, multiProof, verifyMultiProof } from './multi-proof.ts';
import { inclusionProof } from './tile-reader.ts';

const SIZE = 700;
const LEAVES = Array.from({ length: SIZE }, (_, n) => new TextEncoder().encode(`entry ${n}`));
const HASHES = LEAVES.map(leafHash);
const reader = { readTile: (tile: Parameters<typeof naiveTile>[0]) => naiveTile(tile, LEAVES) };

async function claimOf(indices: readonly number[], size: number): Promise<MultiProofClaim> {
  return {
    size,
    root: naiveRoot(LEAVES.slice(0, size)),
    leaves: indices.map((index) => ({ index, leafHash: HASHES[index]! })),
    proof: await multiProof(indices, size, reader, SIZE),
  };
}

/** Some leaves of a tree, ascending. */
const cases = fc.integer({ min: 1, max: SIZE }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    indices: fc
      .uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 40 })
      .map((all) => all.toSorted((a, b) => a - b)),
  }),
);

describe('a proof for many leaves', () => {
  test('shows them, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, indices }) => verifyMultiProof(await claimOf(indices, size))),
      { numRuns: 60 },
    );
  });

  test('of one leaf has the hashes of its inclusion proof, ordered by place', async () => {
    const claim = await claimOf([5], 13);
    const path = await inclusionProof(5, 13, reader, SIZE);
    assert.deepEqual(path, naivePath(5, LEAVES.slice(0, 13)));
    assert.deepEqual(claim.proof.map(String).toSorted(), path.map(String).toSorted());
  });

  test('of a run of leaves has hashes at its two ends alone, and of all leaves none', async () => {
    assert.ok(
      (
        await claimOf(
          Array.from({ length: 500 }, (_, i) => 100 + i),
          SIZE,
        )
      ).proof.length <= 20,
    );
    assert.deepEqual(
      (
        await claimOf(
          Array.from({ length: 9 }, (_, i) => i),
          9,
        )
      ).proof,
      [],
    );
  });

  test('shows no other leaf, none at another place, none less, and no tree of another size', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async ({ size, indices }, pick) => {
        const claim = await claimOf(indices, size);
        const at = pick % indices.length;
        const refused = (changes: Partial<MultiProofClaim>): void =>
          assert.throws(() => verifyMultiProof({ ...claim, ...changes }), { name: 'TlogError' });
        const { index } = claim.leaves[at]!;
        refused({ leaves: claim.leaves.with(at, { index, leafHash: leafHash(LEAVES[(index + 1) % SIZE]!) }) });
        refused({ leaves: claim.leaves.toSpliced(at, 1) });
        refused({ leaves: claim.leaves.map((leaf) => ({ ...leaf, index: leaf.index + 1 })) });
        refused({ proof: [...claim.proof, HASHES[0]!] });
        refused({ root: HASHES[0]!.toReversed() });
        if (claim.proof.length > 0) refused({ proof: claim.proof.slice(1) });
        if (claim.proof.length > 1) refused({ proof: claim.proof.toReversed() });
      }),
      { numRuns: 60 },
    );
  });

  test('takes leaves in ascending order alone, of which there is one', async () => {
    const claim = await claimOf([1, 4], 9);
    for (const leaves of [claim.leaves.toReversed(), [claim.leaves[0]!, claim.leaves[0]!], []]) {
      assert.throws(() => verifyMultiProof({ ...claim, leaves }), { code: 'malformed' });
    }
    await assert.rejects(multiProof([9], 9, reader), { code: 'out-of-range' });
  });
});
