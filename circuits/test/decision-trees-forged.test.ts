import { before, suite, test } from 'node:test';
import { loadStatement } from './artifacts.ts';
import { Forger } from './forger.ts';
import { assertRefused, assertRefusedBy } from './refused.ts';
import { type ForestCase, reached, type TreeCase, type TreeDecisionCase, treeDecisionInput } from './tree-oracle.ts';
import { plainTreeDecision, SHAPES } from './tree-samples.ts';

// The same applicant under models that differ in one place, so that the witnesses differ in few.
const [SHAPE] = SHAPES;
const APPROVED = plainTreeDecision(SHAPE);
const { model } = APPROVED;
const DECLINED = withModel({ cutoff: 2n ** 40n });
const REFERRED = withModel({ b0: 2n ** 80n });
/** Reads neither slot that tree 5 tests first, nor the one below that. */
const MASKED = withModel({ readMask: model.readMask & ~(1n << rootSlot(5)) });
const SWAPPED = withModel({ trees: model.trees.with(5, model.trees[9]!).with(9, model.trees[5]!) });
const TWICE = withModel({ trees: model.trees.with(5, model.trees[9]!) });
const ZERO = withModel({ trees: model.trees.with(5, withLeaves(model.trees[5]!, 0n)) });

const SCORE = 'TreeScore_*';
const SHELL = 'DecisionShell_*';
const OUTCOME = [`${SHELL}.OutcomeCommitment_*`, 'outcomeCommitment'];
const REASONS = [`${SHELL}.ReasonsCommitment_*`, `${SHELL}.Reasons_*`, 'reasonsCommitment', 'reasons'];
const TALLY = [`${SHELL}.Tally_*`, 'tallyX', 'tallyY'];
/** Where the hash of tree 5's second block meets the child that its first one leads to: another hash is none that it leads to. */
const LOWER_BLOCK = /^TreeScore_\*\.block\[5\]\[0\]\./;
const VERDICT = [...OUTCOME, ...REASONS, ...TALLY];

suite('forged witnesses of a decision by trees', () => {
  const forgers = new Map<TreeDecisionCase, { forger: Forger; witness: bigint[] }>();
  before(async () => {
    const circuit = await loadStatement(SHAPE.circuit);
    for (const decision of [APPROVED, DECLINED, REFERRED, MASKED, SWAPPED, TWICE, ZERO]) {
      const witness = circuit.calculator.witness(treeDecisionInput(decision));
      forgers.set(decision, { forger: new Forger(circuit.r1cs, circuit.symbols, witness), witness });
    }
  });
  const forger = (decision: TreeDecisionCase): Forger => forgers.get(decision)!.forger;
  const grafted = (victim: TreeDecisionCase, donor: TreeDecisionCase, ...paths: string[]): Map<string, bigint> =>
    forger(victim).graft(forgers.get(donor)!.witness, ...paths);
  /** All that another model decides, honestly, under the victim's commitment. */
  const swapped = (victim: TreeDecisionCase, donor: TreeDecisionCase): Map<string, bigint> => {
    const taken = ['words', 'children', 'readMask', SCORE, 'referred', ...VERDICT];
    return grafted(victim, donor, ...taken).set('modelCommitment', forger(victim).value('modelCommitment'));
  };

  suite('the trees', () => {
    for (const [what, signal, culprit] of [
      ['a leaf that is reached, or one beside it', 'children[5][1][0]', LOWER_BLOCK],
      ['', 'children[5][1][1]', LOWER_BLOCK],
      ['', 'children[5][1][2]', LOWER_BLOCK],
      ['', 'children[5][1][3]', LOWER_BLOCK],
      ['a subtree, taken or not', 'children[5][0][0]', /TreeModelCommitment/],
      ['', 'children[5][0][3]', /TreeModelCommitment/],
    ] as const) {
      test(`another value of ${what === '' ? signal : what}`, () => {
        const forged = forger(APPROVED);
        const commitment = { modelCommitment: forged.value('modelCommitment') };
        assertRefused(forged.forge({ [signal]: forged.value(signal) + 1n, ...commitment }), culprit);
      });
    }

    for (const at of ['[5][1][0]', '[5][1][1]', '[5][1][2]']) {
      test(`another threshold, or slot, in words${at}`, () => {
        const forged = forger(APPROVED);
        for (const step of [32n, -32n, 1n]) {
          assertRefused(forged.forge({ [`words${at}`]: forged.value(`words${at}`) + step }), LOWER_BLOCK);
        }
      });
    }

    test('another threshold in the first two levels', () => {
      const forged = forger(APPROVED);
      const commitment = { modelCommitment: forged.value('modelCommitment') };
      for (const i of [0, 1, 2]) {
        const word = `words[5][0][${i}]`;
        assertRefused(forged.forge({ [word]: forged.value(word) + 32n, ...commitment }), /first\.|TreeModelCommitment/);
      }
    });

    test('a block of another tree, or of another place in this one', () => {
      const forged = forger(APPROVED);
      const changes = new Map<string, bigint>();
      for (let i = 0; i < 3; i++) changes.set(`words[5][1][${i}]`, forged.value(`words[9][1][${i}]`));
      for (let i = 0; i < 4; i++) changes.set(`children[5][1][${i}]`, forged.value(`children[9][1][${i}]`));
      assertRefused(forged.forge(changes), LOWER_BLOCK);
    });

    test('a skipped tree: another in its place, taken twice, or leaves of zero', () => {
      for (const donor of [TWICE, ZERO]) {
        assertRefused(forger(APPROVED).forge(swapped(APPROVED, donor)), /TreeModelCommitment|forest|first/);
      }
    });

    test('two trees in another order', () => {
      assertRefused(forger(APPROVED).forge(swapped(APPROVED, SWAPPED)), /TreeModelCommitment|forest|first/);
    });
  });

  suite('the walk', () => {
    for (const node of ['block[5][0].upper', 'block[5][0].lower', 'block[5][1].upper', 'block[5][1].lower']) {
      const culprit = new RegExp(node.replace(/[[\].]/g, '\\$&'));

      test(`the other side of ${node}, the block below it chosen to fit`, () => {
        const forged = forger(APPROVED);
        // The decomposition with its highest bit turned: what is left over goes to the lowest bits, or nowhere.
        const bits = Array.from({ length: 41 }, (_, i) => `${SCORE}.${node}.bits[${i}]`);
        const right = `${SCORE}.${node}.right`;
        const top = [right, bits[40]!].find((name) => forged.has(name))!;
        assertRefused(forged.forge({ [top]: 1n - forged.value(top) }), culprit);
        assertRefused(forged.forge({ [top]: 2n }), culprit);
      });

      test(`another slot of ${node}, or one that is not boolean`, () => {
        const forged = forger(APPROVED);
        for (const k of [0, 2, 4]) {
          const bit = `${SCORE}.${node}.slot[${k}]`;
          assertRefused(forged.forge({ [bit]: 1n - forged.value(bit) }), culprit);
          assertRefused(forged.forge({ [bit]: 2n }), culprit);
        }
      });

      test(`another attribute than the selected one, or another comparison, in ${node}`, () => {
        const forged = forger(APPROVED);
        const value = `${SCORE}.${node}.value`;
        assertRefused(forged.forge({ [value]: forged.value(value) + 1n }), culprit);
        const [low, high] = [`${SCORE}.${node}.bits[20]`, `${SCORE}.${node}.bits[21]`];
        const carried = { [low]: forged.value(low) + 2n, [high]: forged.value(high) - 1n };
        assertRefused(forged.forge(carried), /bits\[2[01]\]/);
      });
    }
  });

  suite('the score', () => {
    test('a magnitude with the wrong sign', () => {
      const t = model.trees.findIndex((tree) => reached(model, tree, APPROVED.attributes) < 0n);
      const forged = forger(APPROVED);
      const magnitude = `${SCORE}.magnitude[${t}].magnitude`;
      assertRefused(forged.forge({ [magnitude]: -forged.value(magnitude) }), new RegExp(`magnitude\\[${t}\\]`));
      assertRefused(forged.forge({ [magnitude]: forged.value(magnitude) + 1n }), new RegExp(`magnitude\\[${t}\\]`));
    });

    test('a score below the cutoff that is taken for above', () => {
      const changes = new Map([['above', 1n], ...grafted(DECLINED, APPROVED, ...VERDICT)]);
      assertRefusedBy(forger(DECLINED).forge(changes), /side\[|above|within/);
    });

    test('a score in the band that is taken for outside, and one outside for inside', () => {
      const out = new Map([['inBand', 0n], ...grafted(REFERRED, APPROVED, 'referred', ...VERDICT)]);
      assertRefusedBy(forger(REFERRED).forge(out), /within\[|inBand/);
      const into = new Map([['inBand', 1n], ...grafted(APPROVED, REFERRED, 'referred', ...VERDICT)]);
      assertRefusedBy(forger(APPROVED).forge(into), /within\[|inBand/);
    });

    test('a score or a band that wraps around the field', () => {
      const forged = forger(APPROVED);
      assertRefused(forged.forge({ bias: 2n ** 253n }), /TreeScore_\*\.side/);
      assertRefused(forged.forge({ b0: 2n ** 253n }), /TreeScore_\*\.within/);
    });
  });

  suite('the model', () => {
    for (const signal of ['bias', 'cutoff', 'gammaNum', 'b0', 'readMask', 'modelSalt']) {
      test(`${signal} of another model`, () => {
        const forged = forger(APPROVED);
        const changes = { [signal]: forged.value(signal) - 1n, modelCommitment: forged.value('modelCommitment') };
        assertRefused(forged.forge(changes), /TreeModelCommitment/);
      });
    }

    test('a smaller band constant, all that follows honestly recomputed', () => {
      const changes = swapped(REFERRED, APPROVED).set('b0', forger(APPROVED).value('b0'));
      assertRefused(forger(REFERRED).forge(changes), /TreeModelCommitment/);
    });

    test('a slot outside the mask that is read all the same', () => {
      const slot = rootSlot(5);
      const forged = forger(MASKED);
      assertRefused(forged.forge({ [`${SCORE}.values[${slot}]`]: APPROVED.attributes[Number(slot)]! }), /values\[/);
      assertRefused(forged.forge({ [`${SCORE}.mask[${slot}]`]: 1n }), /mask\[/);
      assertRefused(forged.forge(swapped(MASKED, APPROVED)), /TreeModelCommitment/);
    });

    test('another schema under the same commitments', () => {
      const forgery = forger(APPROVED).forge({ schemaId: forger(APPROVED).value('schemaId') + 1n });
      for (const part of [/ApplicantCommitment/, /TreeModelCommitment/, /PartitionGroups_\*\.Poseidon/]) {
        assertRefused(forgery, part);
      }
    });
  });

  suite('the outcome', () => {
    test('referred claimed or denied without the band', () => {
      assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, REFERRED, 'referred', ...VERDICT)), /^inBand$/);
      assertRefusedBy(forger(REFERRED).forge(grafted(REFERRED, APPROVED, 'referred', ...VERDICT)), /^inBand$/);
    });

    test('another outcome, another tally', () => {
      assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...OUTCOME)), /OutcomeCommitment/);
      assertRefusedBy(forger(APPROVED).forge(grafted(APPROVED, DECLINED, ...TALLY)), /\.approved$|groups/);
    });
  });
});

function withModel(change: Partial<ForestCase>): TreeDecisionCase {
  return { ...APPROVED, model: { ...model, ...change } };
}

function withLeaves(tree: TreeCase, leaf: bigint): TreeCase {
  if (typeof tree === 'bigint') return leaf;
  return { ...tree, left: withLeaves(tree.left, leaf), right: withLeaves(tree.right, leaf) };
}

function rootSlot(t: number): bigint {
  const tree = model.trees[t]!;
  return typeof tree === 'bigint' ? 0n : tree.word % 32n;
}
