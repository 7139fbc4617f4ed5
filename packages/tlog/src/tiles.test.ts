import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { naivePath, naiveRoot, naiveSubproof, naiveTile } from '../test/naive-tree.ts';
import { verifyConsistency } from './consistency.ts';
import { decodeEntryBundle, encodeEntryBundle, leavesOf } from './entry-bundle.ts';
import { leafHash } from './hash.ts';
import { verifyInclusion } from './inclusion.ts';
import { bundleOf, bundlePath, parseTilePath, type Tile, tileOf, tilePath, tilesForGrowth } from './tile.ts';
import { consistencyProof, inclusionProof, rootFromTiles } from './tile-reader.ts';
import { TreeEdge } from './tree-edge.ts';

const SIZE = 1300;
const LEAVES = Array.from({ length: SIZE }, (_, n) => new TextEncoder().encode(`entry ${n}`));
const HASHES = LEAVES.map(leafHash);
const sizes = fc.integer({ min: 0, max: SIZE });

describe('paths', () => {
  test('are those of C2SP tlog-tiles', () => {
    assert.equal(tilePath({ level: 0, index: 1234067, width: 256 }), 'tile/0/x001/x234/067');
    assert.equal(tilePath({ level: 0, index: 67, width: 256 }), 'tile/0/067');
    assert.equal(tilePath({ level: 3, index: 1067, width: 8 }), 'tile/3/x001/067.p/8');
    assert.equal(bundlePath({ index: 999, width: 256 }), 'tile/entries/999');
    assert.equal(bundlePath({ index: 1000, width: 1 }), 'tile/entries/x001/000.p/1');
  });

  test('are read back, and no other text is', () => {
    const index = fc.nat({ max: 2 ** 45 });
    const width = fc.integer({ min: 1, max: 256 });
    fc.assert(
      fc.property(fc.nat({ max: 63 }), index, width, (level, index, width) => {
        assert.deepEqual(parseTilePath(tilePath({ level, index, width })), { tile: { level, index, width } });
        assert.deepEqual(parseTilePath(bundlePath({ index, width })), { bundle: { index, width } });
      }),
    );
    const wrong = ['tile/0/67', 'tile/0/0067', 'tile/00/067', 'tile/64/067', 'tile/0/067.p/0', 'tile/0/067.p/256'];
    const odd = ['tile/0/x000/067', 'tile/0/067.p/08', 'tile/entry/067', '/tile/0/067', 'tile/0/067/', 'tile/0/x067'];
    for (const path of [...wrong, ...odd]) assert.equal(parseTilePath(path), undefined, path);
  });
});

describe('the tiles of a tree', () => {
  test('of size 70,000 are those of the specification', () => {
    const tiles = tilesForGrowth(0, 70_000);
    assert.deepEqual(
      [0, 1, 2].map((level) => tiles.filter((tile) => tile.level === level && tile.width === 256).length),
      [273, 1, 0],
    );
    const partial = tiles.filter(({ width }) => width < 256);
    assert.deepEqual(partial, [
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    assert.deepEqual(tilesForGrowth(0, 256), [
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    assert.equal(tileOf(1, 0, 255), undefined);
    assert.deepEqual(bundleOf(1, 300), { index: 1, width: 44 });
  });

  test('that growth writes have the hashes of the definition, and the tree its root', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [before, after] = [Math.min(a, b), Math.max(a, b)];
        const { edge } = TreeEdge.empty().append(HASHES.slice(0, before));
        const grown = edge.append(HASHES.slice(before, after));
        const written = grown.tiles.map(({ tile }) => tilePath(tile)).sort();
        assert.deepEqual(written, tilesForGrowth(before, after).map(tilePath).sort());
        for (const { tile, bytes } of grown.tiles) assert.deepEqual(bytes, naiveTile(tile, LEAVES.slice(0, after)));
        assert.deepEqual(grown.edge.root(), naiveRoot(LEAVES.slice(0, after)));
        assert.equal(edge.size, before);
        assert.deepEqual(edge.root(), naiveRoot(LEAVES.slice(0, before)));
      }),
      { numRuns: 40 },
    );
  });

  test('on the right edge are enough to go on from', () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 1024, 1290]) {
      const restored = TreeEdge.restore(
        size,
        TreeEdge.tiles(size).map((tile) => naiveTile(tile, LEAVES)),
      );
      assert.deepEqual(restored.root(), naiveRoot(LEAVES.slice(0, size)));
      const { edge } = restored.append(HASHES.slice(size));
      assert.deepEqual(edge.root(), naiveRoot(LEAVES));
    }
    assert.throws(() => TreeEdge.restore(1, [new Uint8Array(31)]), { code: 'malformed' });
    assert.throws(() => TreeEdge.restore(1, []), { code: 'malformed' });
  });
});

describe('proofs from tiles', () => {
  const read: string[] = [];
  const reader = {
    readTile(tile: Tile): Uint8Array {
      read.push(tilePath(tile));
      return naiveTile(tile, LEAVES);
    },
  };

  test('of inclusion are those of the naive tree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE }), fc.nat(), async (size, pick) => {
        const index = pick % size;
        const proof = await inclusionProof(index, size, reader, SIZE);
        assert.deepEqual(proof, naivePath(index, LEAVES.slice(0, size)));
        const root = await rootFromTiles(size, reader, SIZE);
        verifyInclusion({ index, size, leafHash: HASHES[index]!, root, proof });
      }),
      { numRuns: 40 },
    );
  });

  test('of consistency are those of the naive tree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE }), fc.nat(), async (newSize, pick) => {
        const oldSize = 1 + (pick % newSize);
        const proof = await consistencyProof(oldSize, newSize, reader, SIZE);
        assert.deepEqual(proof, naiveSubproof(oldSize, LEAVES.slice(0, newSize)));
        const [oldRoot, newRoot] = [naiveRoot(LEAVES.slice(0, oldSize)), naiveRoot(LEAVES.slice(0, newSize))];
        verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof });
      }),
      { numRuns: 40 },
    );
  });

  test('read no tile twice and none that the log does not have', async () => {
    read.length = 0;
    await inclusionProof(700, SIZE, reader);
    assert.equal(new Set(read).size, read.length);
    assert.deepEqual([...read].sort(), ['tile/0/002', 'tile/0/005.p/20', 'tile/1/000.p/5']);
  });

  test('refuse tiles that are too short and sizes that the log has not reached', async () => {
    const short = { readTile: async (tile: Tile) => naiveTile(tile, LEAVES).subarray(1) };
    await assert.rejects(inclusionProof(0, SIZE, short), { code: 'malformed' });
    await assert.rejects(inclusionProof(0, SIZE + 1, reader, SIZE), { code: 'out-of-range' });
    await assert.rejects(inclusionProof(SIZE, SIZE, reader), { code: 'out-of-range' });
  });
});

describe('a tree with three levels of tiles', () => {
  const size = 66_000;
  const many = Array.from({ length: size }, (_, n) => Uint8Array.of(n >> 16, n >> 8, n));
  const tiles = new Map<string, Uint8Array>();
  let edge = TreeEdge.empty();
  for (const end of [65_500, 65_537, size]) {
    const grown = edge.append(many.slice(edge.size, end).map(leafHash));
    for (const { tile, bytes } of grown.tiles) tiles.set(tilePath(tile), bytes);
    edge = grown.edge;
  }
  const reader = { readTile: (tile: Tile): Uint8Array => tiles.get(tilePath(tile))! };
  const root = naiveRoot(many);

  test('has the root of the naive tree, by its edge and by its tiles', async () => {
    assert.deepEqual(edge.root(), root);
    assert.deepEqual(await rootFromTiles(size, reader), root);
    assert.deepEqual(await rootFromTiles(65_536, reader, size), naiveRoot(many.slice(0, 65_536)));
    assert.equal(tiles.get('tile/2/000.p/1')?.length, 32);
  });

  test('proves entries and prefixes on both sides of the full level', async () => {
    for (const index of [0, 65_535, 65_536, 65_999]) {
      const proof = await inclusionProof(index, size, reader);
      verifyInclusion({ index, size, leafHash: leafHash(many[index]!), root, proof });
    }
    for (const oldSize of [1, 256, 65_535, 65_536, 65_537]) {
      const proof = await consistencyProof(oldSize, size, reader);
      const oldRoot = naiveRoot(many.slice(0, oldSize));
      verifyConsistency({ oldSize, newSize: size, oldRoot, newRoot: root, proof });
    }
  });
});

describe('an entry bundle', () => {
  const leaves = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });

  test('gives back its leaves, and is refused with a byte more or less', () => {
    fc.assert(
      fc.property(leaves, (leaves) => {
        const bundle = encodeEntryBundle(leaves);
        assert.deepEqual(decodeEntryBundle(bundle, leaves.length), leaves);
        const malformed = { code: 'malformed' };
        assert.throws(() => decodeEntryBundle(bundle.subarray(0, -1), leaves.length), malformed);
        assert.throws(() => decodeEntryBundle(Uint8Array.of(...bundle, 0), leaves.length), malformed);
        assert.throws(() => decodeEntryBundle(bundle, leaves.length + 1), malformed);
        assert.throws(() => decodeEntryBundle(bundle, leaves.length - 1), malformed);
        assert.deepEqual([...leavesOf(bundle.subarray(0, -1))], leaves.slice(0, -1));
      }),
    );
  });

  test('holds leaves of up to 65,535 bytes', () => {
    const most = new Uint8Array(65_535).fill(7);
    assert.deepEqual(decodeEntryBundle(encodeEntryBundle([most]), 1), [most]);
    assert.deepEqual(encodeEntryBundle([Uint8Array.of(1, 2, 3)]), Uint8Array.of(0, 3, 1, 2, 3));
    assert.throws(() => encodeEntryBundle([new Uint8Array(65_536)]), { code: 'leaf-too-large' });
  });
});
