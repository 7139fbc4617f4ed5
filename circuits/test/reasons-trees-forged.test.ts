import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { poseidon, tag } from '@assay/field';
import { loadStatement } from './artifacts.ts';
import { differences } from './forged-reasons.ts';
import { Forger, type Forgery } from './forger.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import type { ForestCase } from './tree-oracle.ts';
import {
  PLAIN_TREE_REASONS,
  type TreeReasonsCase,
  treeCosts,
  treeReasons,
  treeReasonsInput,
} from './tree-reasons-cases.ts';

// The true reasons are 4, 23, 9, 12. Each other claim is grafted from an applicant for whom it is true, with the same
// commitments, so that nothing but the costs themselves can refuse it.
const PLAIN = PLAIN_TREE_REASONS;
const { model, attributes, baseline } = PLAIN;
const TREES = 'TreeCosts_*';
const TREE = `${TREES}.detours[0]`;
const CLAIMED = ['reasons', 'reasonsCommitment', 'ReasonsShell_*.ReasonsCommitment_*', 'TopReasons_*.hot'];
/** Bits of a difference of keys. */
const SIZE = 77;
/** Slot 3 reads neither for the applicant nor for the baseline. */
const MASKED = withModel({ readMask: model.readMask & ~(1n << 3n) });
const DONORS = {
  swapped: { claim: [23n, 4n, 9n, 12n], of: withModel({ trees: model.trees.with(0, withLeaf(12, 35n)) }) },
  tie: { claim: [4n, 23n, 9n, 13n], of: measuredAgainst(11) },
  skipped: { claim: [23n, 9n, 12n, 13n], of: measuredAgainst(3) },
} as const;

suite('forged witnesses of reasons by trees', () => {
  let plain: Forger;
  let masked: Forger;
  let own: bigint[];
  const donors = new Map<keyof typeof DONORS, bigint[]>();
  before(async () => {
    const circuit = await loadStatement('reasons-trees-32x4');
    const witness = (of: TreeReasonsCase): bigint[] => circuit.calculator.witness(treeReasonsInput(of));
    own = witness(PLAIN);
    plain = new Forger(circuit.r1cs, circuit.symbols, own);
    masked = new Forger(circuit.r1cs, circuit.symbols, witness(MASKED));
    for (const [name, { claim, of }] of Object.entries(DONORS)) {
      assert.deepEqual(treeReasons(of), claim);
      donors.set(name as keyof typeof DONORS, witness(of));
    }
  });
  const claimed = (donor: keyof typeof DONORS): Forgery => {
    // The costs stay what they are: nothing is made to fit the claim among them.
    const routes = model.trees.map((_, t) => `${TREES}.detours[${t}].route`);
    const changes = [...plain.graft(own, ...routes), ...plain.graft(donors.get(donor)!, ...CLAIMED)];
    return plain.forge(new Map([...changes, ...differences(plain, treeCosts(PLAIN), DONORS[donor].claim, SIZE)]));
  };
  /** Overrides under the registered model's commitment. */
  const forge = (changes: Readonly<Record<string, bigint>>): Forgery =>
    plain.forge({ modelCommitment: plain.value('modelCommitment'), ...changes });
  const turned = (bit: string): Record<string, bigint> => ({ [bit]: 1n - plain.value(bit) });
  /** The first of these signals that has a wire. */
  const kept = (...names: readonly string[]): string => {
    const found = names.find((name) => plain.has(name));
    assert.ok(found !== undefined, `no wire holds ${names.join(', ')}`);
    return found;
  };
  /** A node's baseline value: where it goes, if it has no wire there. */
  const standardOf = (k: number): string =>
    kept(
      ...[`${TREE}.node[${k}]`, `${TREE}.beside[${k / 2}]`, `${TREE}.block[${k}]`, `${TREE}.block[${k}].upper`].map(
        (place) => `${place}.standard`,
      ),
    );
  /** The highest bit of a comparison that has a wire: what it says, or what the one that has none follows from. */
  const highest = (bits: string): string => kept(...[40, 39, 38].map((i) => `${bits}[${i}]`));

  suite('order', () => {
    test('two reasons in the wrong order', () => assertRefusedBy(claimed('swapped'), /falling\[0\]/));
    test('the higher slot of two equal costs', () => assertRefusedBy(claimed('tie'), /smaller\[11\]/));
    test('an attribute that is left out', () => assertRefusedBy(claimed('skipped'), /smaller\[3\]/));
  });

  suite('the path', () => {
    for (const k of [0, 1, 2, 3]) {
      const node = `${TREE}.node[${k}]`;
      const culprit = new RegExp(`detours\\[0\\]\\.node\\[${k}\\]`);

      test(`the other side of node ${k}, for the applicant alone or for the baseline alone`, () => {
        for (const [bit, bits] of [
          [kept(`${node}.right`, `${node}.bits[40]`), 'bits'],
          [highest(`${node}.standardBits`), 'standardBits'],
        ] as const) {
          assertRefused(forge(turned(bit)), culprit);
          assertRefused(forge({ [bit]: 2n }), culprit);
          const [low, high] = [`${node}.${bits}[20]`, `${node}.${bits}[21]`];
          const carried = { [low]: plain.value(low) + 2n, [high]: plain.value(high) - 1n };
          assertRefused(forge(carried), new RegExp(`${bits}\\[2[01]\\]`));
        }
      });

      test(`another slot of node ${k}, or another value there than the applicant's or the baseline's`, () => {
        for (const i of [0, 3]) {
          assertRefused(forge(turned(`${node}.slot[${i}]`)), culprit);
          assertRefused(forge({ [`${node}.slot[${i}]`]: 2n }), culprit);
        }
        for (const name of [`${node}.value`, standardOf(k)])
          assertRefused(forge({ [name]: plain.value(name) + 1n }), culprit);
      });

      test(`a crossing of node ${k} that is kept silent, or made up`, () => {
        // At the first node the optimiser leaves the detour that follows from it.
        const crosses = kept(`${node}.crosses`, `${TREE}.first[${k}]`);
        assertRefused(forge(turned(crosses)), culprit);
      });
    }
  });

  suite('the detours', () => {
    test("another side of a node for one attribute's detour alone", () => {
      for (const node of ['beside[0]', 'beside[1]', 'block[0].upper', 'block[0].lower', 'block[1].lower']) {
        const bit = kept(`${TREE}.${node}.right`, `${TREE}.${node}.bits[40]`);
        for (const other of [1n - plain.value(bit), 2n])
          assertRefused(forge({ [bit]: other }), new RegExp(`detours\\[0\\]\\.${node.replace(/[[\].]/g, '\\$&')}`));
      }
    });

    test('a detour that goes on with the own value of its attribute, or with the baseline of another', () => {
      // Node 2 tests slot 3 again, behind node 0: the applicant's own value would lead left.
      const read = `${TREE}.beside[0].read`;
      assertRefused(forge({ [read]: attributes[3]! }), /beside\[0\]\.read/);
      const same = `${TREE}.beside[0].same`;
      assertRefused(forge({ [same]: 0n }), /beside\[0\]\.(same|IsZero)/);
      const standard = standardOf(0);
      assertRefused(forge({ [standard]: plain.value(standard) - 200n }), /node\[0\]/);
    });

    test('a block of another tree, of another detour, or with another word or leaf', () => {
      const block = (t: number, at: number): string[] => [
        ...[0, 1, 2].map((i) => `detourWords[${t}][${at}][${i}]`),
        ...[0, 1, 2, 3].map((i) => `detourChildren[${t}][${at}][${i}]`),
      ];
      const own = block(0, 0);
      for (const other of [block(1, 0), block(0, 1)])
        assertRefused(forge(Object.fromEntries(own.map((name, i) => [name, plain.value(other[i]!)]))), /detours\[0\]/);
      for (const name of own) assertRefused(forge({ [name]: plain.value(name) + 32n }), /detours\[0\]/);
    });

    test('a block on the path that is another one', () => {
      for (const name of ['words[0][1][1]', 'children[0][1][0]', 'children[0][1][3]'])
        assertRefused(forge({ [name]: plain.value(name) + 32n }), /detours\[0\]/);
      for (const name of ['words[0][0][2]', 'children[0][0][1]', 'children[31][0][3]'])
        assertRefused(forge({ [name]: plain.value(name) + 32n }), /TreeModelCommitment/);
    });

    test("an attribute's second detour that counts besides the first, or instead of it", () => {
      // Slot 3 leaves the path at node 0; at node 2 of the path it would reach a leaf of 7000.
      const [once, again] = [`${TREE}.first[0]`, `${TREE}.first[2]`];
      assert.deepEqual([plain.value(once), plain.value(again)], [1n, 0n]);
      assertRefused(forge({ [again]: 1n }), /detours\[0\]\.first\[2\]/);
      assertRefused(forge({ [once]: 0n, [again]: 1n }), /detours\[0\]\.(first|node\[0\])/);
      const pair = `${TREE}.same[1]`;
      assert.equal(plain.value(pair), 1n);
      assertRefused(forge({ [pair]: 0n }), /detours\[0\]\.(same|IsZero)/);
    });

    test('a detour that is left out, or whose leaf is another one', () => {
      assertRefused(forge({ [`${TREE}.first[0]`]: 0n }), /detours\[0\]\.(first|node\[0\])/);
      // Differences are what their bits say: one less, one more, and one that is no difference of leaves.
      for (const k of [0, 1, 3]) {
        const bit = (i: number): string => `${TREE}.difference[${k}].bits[${i}]`;
        assertRefused(forge(turned(kept(bit(0), bit(1), bit(2)))), new RegExp(`(difference|route)\\[${k}\\]`));
        assertRefused(forge({ [bit(7)]: 2n ** 200n }), new RegExp(`difference\\[${k}\\]`));
      }
    });

    test('a leaf so far off that differences wrap around the field', () => {
      const leaf = 'detourChildren[0][0][0]';
      assertRefused(forge({ [leaf]: plain.value(leaf) + 2n ** 252n }), /detours\[0\]\.(first\[0\]|difference\[0\])/);
    });

    test('a difference that is added to another attribute, or to none', () => {
      const out = (j: number): string => `${TREE}.route[0].out[${j}]`;
      const difference = plain.value(out(3));
      assert.equal(difference, 127n);
      for (const changes of [{ [out(3)]: 0n }, { [out(4)]: difference }, { [out(3)]: 0n, [out(4)]: difference }])
        assertRefused(forge(changes), /route\[0\]/);
    });
  });

  suite('openings', () => {
    for (const signal of ['bias', 'cutoff', 'gammaNum', 'b0', 'readMask', 'modelSalt']) {
      test(`${signal} of another model`, () => {
        assertRefused(forge({ [signal]: plain.value(signal) - 1n }), /TreeModelCommitment/);
      });
    }

    test('a slot outside the mask that is read all the same, of the applicant or of the baseline', () => {
      const held = { modelCommitment: masked.value('modelCommitment') };
      assertRefused(masked.forge({ ...held, [`${TREES}.values[3]`]: attributes[3]! }), /values\[3\]/);
      assertRefused(masked.forge({ ...held, [`${TREES}.standards[3]`]: baseline[3]! }), /standards\[3\]/);
      assertRefused(masked.forge({ ...held, [`${TREES}.mask[3]`]: 1n }), /mask\[/);
    });

    test('another baseline under the same hash, or one whose carry leaves the packed word as it was', () => {
      const changed = forge({ 'baseline[8]': attributes[8]!, baselineHash: plain.value('baselineHash') });
      assertRefused(changed, /BaselineHash/);
      const carried = forge({ 'baseline[0]': baseline[0]! + 2n ** 40n, 'baseline[1]': baseline[1]! - 1n });
      assertRefused(carried, /BaselineHash_\*.*[bB]its/);
    });

    test("another applicant's attributes or secrets under the same commitment", () => {
      const applicantCommitment = plain.value('applicantCommitment');
      for (const signal of ['subject', 'salt', 'attributes[30]'])
        assertRefused(forge({ [signal]: plain.value(signal) + 1n, applicantCommitment }), /ApplicantCommitment|packed/);
    });

    test('an outcome that is not a decline, and other reasons than the proved ones', () => {
      const key = plain.value('ReasonsShell_*.openingKey');
      const approved = poseidon([tag('outcome'), 1n, key]);
      assertRefusedBy(forge({ outcomeCommitment: approved }), /^outcomeCommitment$/);
      const reasonsCommitment = poseidon([tag('reasons'), 0n, 23n, 4n, 9n, 12n, key]);
      assertRefusedBy(forge({ reasonsCommitment }), /^reasonsCommitment$/);
    });

    test('another schema under the same commitments', () => {
      const names = ['applicantCommitment', 'modelCommitment', 'baselineHash'];
      const held = Object.fromEntries(names.map((name) => [name, plain.value(name)]));
      const forged = plain.forge({ schemaId: PLAIN.schemaId + 1n, ...held });
      for (const part of [/ApplicantCommitment/, /TreeModelCommitment/, /BaselineHash/]) assertRefused(forged, part);
    });
  });
});

function withModel(change: Partial<ForestCase>): TreeReasonsCase {
  return { ...PLAIN, model: { ...model, ...change } };
}

function measuredAgainst(slot: number): TreeReasonsCase {
  return { ...PLAIN, baseline: baseline.with(slot, attributes[slot]!) };
}

/** Tree 0 with another leaf, counted from the left. */
function withLeaf(index: number, leaf: bigint): ForestCase['trees'][number] {
  const replace = (tree: ForestCase['trees'][number], at: number, size: number): ForestCase['trees'][number] => {
    if (typeof tree === 'bigint') return at === index ? leaf : tree;
    const half = size / 2;
    return { ...tree, left: replace(tree.left, at, half), right: replace(tree.right, at + half, half) };
  };
  return replace(model.trees[0]!, 0, 16);
}
