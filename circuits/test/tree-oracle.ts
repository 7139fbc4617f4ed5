import { chain, type Fr, frFromSigned, poseidon, poseidonUnder, tag } from '@assay/field';
import type { WitnessInput } from '@assay/groth16';
import { abs, sum } from './additive-oracle.ts';
import { type ApplicantCase, shellInput } from './decision-oracle.ts';

/** A tree as it is drawn: a test with its two sides, or a leaf. Every path of a model has the same number of tests. */
export type TreeCase = bigint | { readonly word: bigint; readonly left: TreeCase; readonly right: TreeCase };

/** A tree model in plain integers, docs/spec/statements.md, section 6. A word is slot + 32 threshold. */
export interface ForestCase {
  readonly family: bigint;
  readonly trees: readonly TreeCase[];
  readonly bias: bigint;
  readonly cutoff: bigint;
  readonly gammaNum: bigint;
  readonly b0: bigint;
  readonly readMask: bigint;
  readonly salt: bigint;
}

/** A decision by a tree model. `reasons` are used when the model declines. */
export interface TreeDecisionCase extends ApplicantCase {
  readonly model: ForestCase;
}

export interface BlockCase {
  readonly words: readonly bigint[];
  readonly children: readonly bigint[];
}

/** An attribute as a model reads it: 0 outside its mask. */
export function readSlot({ readMask }: ForestCase, x: readonly bigint[], slot: bigint): bigint {
  return ((readMask >> slot) & 1n) === 1n ? x[Number(slot)]! : 0n;
}

/** The leaf of a tree that an applicant reaches. */
export function reached(model: ForestCase, tree: TreeCase, x: readonly bigint[]): bigint {
  if (typeof tree === 'bigint') return tree;
  const { word, left, right } = tree;
  return reached(model, readSlot(model, x, word % 32n) >= word / 32n ? right : left, x);
}

export function score(model: ForestCase, x: readonly bigint[]): bigint {
  return model.bias + sum(model.trees.map((tree) => reached(model, tree, x)));
}

/** Half-width of the band in units of 2^-40. */
export function band(model: ForestCase, x: readonly bigint[]): bigint {
  return model.b0 + model.gammaNum * sum(model.trees.map((tree) => abs(reached(model, tree, x))));
}

/** Kept for each list of trees, for thousands of hashes go into it. */
export function forestHash({ trees }: ForestCase): Fr {
  const known = forests.get(trees);
  if (known !== undefined) return known;
  const tops = trees.map(blockOf);
  const hash = chain(
    'forest',
    tops.flatMap(({ words, children }) => [...words, ...children]),
  );
  forests.set(trees, hash);
  return hash;
}
const forests = new WeakMap<readonly TreeCase[], Fr>();

export function modelCommitment(schemaId: bigint, model: ForestCase): Fr {
  const { family, bias, cutoff, gammaNum, b0, readMask, salt } = model;
  return poseidon([
    ...[tag('tree-model'), family, schemaId, forestHash(model)],
    ...[frFromSigned(bias), frFromSigned(cutoff), gammaNum, b0, readMask, salt],
  ]);
}

/** All inputs of the decision circuit, public signals as the specification gives them. */
export function treeDecisionInput(decision: TreeDecisionCase): WitnessInput {
  const { model, attributes, schemaId } = decision;
  const s = score(model, attributes);
  const inBand = abs(s - model.cutoff) * 2n ** 40n <= band(model, attributes);
  const paths = model.trees.map((tree) => pathOf(model, tree, attributes));
  return {
    ...shellInput(decision, { above: s > model.cutoff, inBand }),
    modelCommitment: modelCommitment(schemaId, model),
    words: paths.map((path) => path.map(({ words }) => words)),
    children: paths.map((path) => path.map(({ children }) => children)),
    ...parameters(model),
    b0: model.b0,
  };
}

/** What a tree model's registration shows. */
export interface TreeConformanceCase {
  readonly schemaId: bigint;
  readonly prohibitedMask: bigint;
  /** Its `b0` is what `extra` makes it: see `conforming`. */
  readonly model: ForestCase;
  readonly extra: bigint;
}

/** The model with the b0 that conformance demands. */
export function conforming(model: ForestCase, extra: bigint): ForestCase {
  return { ...model, b0: model.gammaNum * abs(model.bias) + extra };
}

/** All inputs of the conformance circuit. */
export function treeConformanceInput(conformance: TreeConformanceCase): WitnessInput {
  const { schemaId, prohibitedMask, model, extra } = conformance;
  return {
    modelCommitment: modelCommitment(schemaId, model),
    schemaId,
    prohibitedMask,
    family: model.family,
    forest: forestHash(model),
    ...parameters(model),
    extra: frFromSigned(extra),
  };
}

export function parameters({ bias, cutoff, gammaNum, readMask, salt }: ForestCase): WitnessInput {
  return { bias: frFromSigned(bias), cutoff: frFromSigned(cutoff), gammaNum, readMask, modelSalt: salt };
}

export function pathOf(model: ForestCase, tree: TreeCase, x: readonly bigint[]): BlockCase[] {
  if (typeof tree === 'bigint') return [];
  const next = step(model, step(model, tree, x), x);
  return [blockOf(tree), ...pathOf(model, next, x)];
}

export function step(model: ForestCase, tree: TreeCase, x: readonly bigint[]): TreeCase {
  if (typeof tree === 'bigint') throw new Error('a tree of an odd depth');
  const { word, left, right } = tree;
  return readSlot(model, x, word % 32n) >= word / 32n ? right : left;
}

function blockOf(tree: TreeCase): BlockCase {
  if (typeof tree === 'bigint' || typeof tree.left === 'bigint' || typeof tree.right === 'bigint')
    throw new Error('a tree of an odd depth');
  const { word, left, right } = tree;
  return {
    words: [word, left.word, right.word],
    children: [left.left, left.right, right.left, right.right].map(childOf),
  };
}

function childOf(tree: TreeCase): bigint {
  if (typeof tree === 'bigint') return frFromSigned(tree);
  const { words, children } = blockOf(tree);
  return poseidonUnder('tree-block', [...words, ...children]);
}
