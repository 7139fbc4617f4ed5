import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { verifyConsistency } from './consistency.ts';
import { TlogError } from './error.ts';
import { emptyRoot, leafHash } from './hash.ts';
import { verifyInclusion } from './inclusion.ts';
import { treeHash } from './tree.ts';

/** Folder of published test data that is too large to keep here; without it, only the tree below is checked. */
const extra = process.env.ASSAY_EXTRA_DATA;

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The eight leaves, roots and proofs that Certificate Transparency's implementations publish for RFC 6962.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  fromHex,
);

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const INCLUSION = [
  {
    index: 5,
    size: 8,
    proof: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  { index: 2, size: 3, proof: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
];

const CONSISTENCY = [
  {
    oldSize: 2,
    newSize: 5,
    proof: [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
];

describe('the published tree of eight leaves', () => {
  test('has the published root at every size', (context) => {
    if (extra === undefined) context.diagnostic('the 196 RFC 6962 vectors were left out: ASSAY_EXTRA_DATA is not set');
    const hashes = LEAVES.map(leafHash);
    assert.equal(toHex(emptyRoot()), ROOTS[0]);
    ROOTS.forEach((root, size) => {
      assert.equal(toHex(treeHash(hashes.slice(0, size))), root);
    });
  });

  test('takes the published inclusion proofs, and none of them for another entry', () => {
    for (const { index, size, proof } of INCLUSION) {
      const claim = { index, size, root: fromHex(ROOTS[size]!), proof: proof.map(fromHex) };
      verifyInclusion({ ...claim, leafHash: leafHash(LEAVES[index]!) });
      LEAVES.forEach((leaf, other) => {
        if (other !== index) assertRefused(() => verifyInclusion({ ...claim, leafHash: leafHash(leaf) }));
      });
    }
  });

  test('takes the published consistency proof, and not between other roots', () => {
    for (const { oldSize, newSize, proof } of CONSISTENCY) {
      const claim = { oldSize, newSize, newRoot: fromHex(ROOTS[newSize]!), proof: proof.map(fromHex) };
      verifyConsistency({ ...claim, oldRoot: fromHex(ROOTS[oldSize]!) });
      assertRefused(() => verifyConsistency({ ...claim, oldRoot: fromHex(ROOTS[oldSize + 1]!) }));
    }
  });
});

type Vector = { desc: string; wantErr: boolean; proof: string[] | null };
type InclusionVector = Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string };
type ConsistencyVector = Vector & { size1: number; size2: number; root1: string; root2: string };

if (extra !== undefined) {
  const folder = join(extra, 'vectors/rfc6962');
  test('all 196 vectors of RFC 6962 proofs', async (context) => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    assert.equal(files.length, 196);
    for (const file of files.sort()) {
      await context.test(file, () => {
        const vector = JSON.parse(readFileSync(join(folder, file), 'utf8')) as InclusionVector | ConsistencyVector;
        if (vector.wantErr) assertRefused(() => verifyVector(vector));
        else verifyVector(vector);
      });
    }
  });
}

function verifyVector(vector: InclusionVector | ConsistencyVector): void {
  const proof = (vector.proof ?? []).map(fromBase64);
  if ('leafIdx' in vector) {
    const { leafIdx: index, treeSize: size } = vector;
    verifyInclusion({ index, size, leafHash: fromBase64(vector.leafHash), root: fromBase64(vector.root), proof });
    return;
  }
  const { size1: oldSize, size2: newSize } = vector;
  const [oldRoot, newRoot] = [fromBase64(vector.root1), fromBase64(vector.root2)];
  verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof });
}

function assertRefused(verify: () => void): void {
  assert.throws(verify, TlogError);
}
