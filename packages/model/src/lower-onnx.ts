import { protectedMask, type Schema } from '@assay/schema';
import { type AdditiveModel, STEPS } from './additive-model.ts';
import { ModelError } from './error.ts';
import { effectiveSlots, hasSlot } from './lowering/effective-slots.ts';
import { inputColumns } from './lowering/graph-inputs.ts';
import type { Scale } from './lowering/grid.ts';
import { integerModel } from './lowering/integer-model.ts';
import { networkModel } from './lowering/network-integer.ts';
import type { HiddenLayer } from './lowering/network-layers.ts';
import { runGraph } from './lowering/run-graph.ts';
import { type Cutoff, type Score, scoreFor } from './lowering/score.ts';
import { treeModel } from './lowering/tree-integers.ts';
import type { Link, Verdict } from './lowering/value.ts';
import type { Model } from './model.ts';
import { type Graph, readModel } from './onnx/read-model.ts';
import type { TreeModel, TreeShape } from './tree-model.ts';

/** What a registration says about a model besides its file. */
export interface LoweringOptions {
  readonly schema: Schema;
  /** The class whose score approves; `1` for graphs with one unnamed score. */
  readonly approveLabel: string;
  readonly cutoff: Cutoff;
  /** Attributes in the order of the graph's columns; by default each input is one column and is named as its attribute. */
  readonly inputs?: readonly string[];
  /** Slots that the model may not read; by default those that the schema protects. */
  readonly prohibitedMask?: bigint;
}

/** How much of its family's room a model takes. */
export type ModelSize =
  | { readonly family: 'additive'; readonly weights: number; readonly steps: number }
  | {
      readonly family: 'trees';
      readonly shape: TreeShape;
      readonly trees: number;
      /** Tests that lead to different leaves for some applicants. */
      readonly nodes: number;
      /** Trees of one leaf, which became part of the bias. */
      readonly constantTrees: number;
    }
  | {
      readonly family: 'network';
      /** Of each hidden layer. */
      readonly neurons: readonly number[];
    };

/** What a file lowered to, for people: nothing here enters a commitment. */
export interface LoweringReport {
  readonly producer: string;
  readonly operators: readonly string[];
  /** Names of the attributes that reach the score, whatever their weight. */
  readonly attributesRead: readonly string[];
  /** Names of attributes that the graph takes in and that do not reach the score. */
  readonly attributesIgnored: readonly string[];
  /** Names of attributes that reach the score and never change it: a weight of zero, a branch that nobody takes. */
  readonly attributesWithoutEffect: readonly string[];
  /** Names of attributes that some operator takes in and that do not reach the score. */
  readonly attributesTouched: readonly string[];
  readonly size: ModelSize;
  /** The post-transform that was cut off. */
  readonly link: Link;
  readonly scale: Scale;
}

/** A lowered model with the report on how it came about. */
export type LoweredModel = Model & { readonly report: LoweringReport };

/** A lowered model of the additive family. */
export type LoweredAdditiveModel = AdditiveModel & { readonly report: LoweringReport };

/** A graph with its verdict: what the float runs need besides the integers. */
export interface LoweredGraph {
  readonly graph: Graph;
  readonly verdict: Verdict;
  readonly score: Score;
  readonly model: LoweredModel;
}

/**
 * Lowers an ONNX file, exactly: the integers that a circuit computes with, and the band outside of which every binary32 evaluation of
 * the graph decides the same. A graph with more than 32 steps and no other terms becomes a sum of trees.
 *
 * @throws ModelError naming operator, node and reason for what does not lower; prohibited attributes by name
 */
export function lowerOnnx(bytes: Uint8Array, options: LoweringOptions): LoweredModel {
  return lowerGraph(bytes, options).model;
}

/**
 * {@link lowerOnnx} for those who can use the additive family alone.
 *
 * @throws ModelError `not_additive` for a model of another family
 */
export function lowerAdditive(bytes: Uint8Array, options: LoweringOptions): LoweredAdditiveModel {
  const model = lowerOnnx(bytes, options);
  if (model.family !== 'additive') throw new ModelError('not_additive', `the model is of the family ${model.family}`);
  return model;
}

/** {@link lowerOnnx}, keeping the graph. */
export function lowerGraph(bytes: Uint8Array, options: LoweringOptions): LoweredGraph {
  const { schema } = options;
  const graph = readModel(bytes);
  const { verdict, hidden, touches } = runGraph(graph, schema, options.inputs);
  const score = scoreFor(verdict, options.approveLabel, options.cutoff);
  const effective = effectiveOf(score, hidden);
  refuseProhibited(schema, score.reads, effective, options.prohibitedMask ?? protectedMask(schema));
  const { model, scale, size } = modelOf(score, hidden, schema);
  const taken = inputColumns(graph, schema, options.inputs).flatMap(({ attributes }) => attributes);
  const names = (mask: bigint) => taken.filter(({ slot }) => hasSlot(mask, slot)).map(({ name }) => name);
  const report: LoweringReport = {
    producer: graph.producer,
    operators: [...new Set(graph.nodes.map(({ operator }) => operator))].sort(),
    attributesRead: names(score.reads),
    attributesIgnored: names(~score.reads),
    attributesWithoutEffect: names(score.reads & ~effective),
    attributesTouched: names(touches & ~score.reads),
    size,
    link: verdict.link,
    scale,
  };
  return { graph, verdict, score, model: { ...model, report } };
}

/** The family that holds the score: a network behind ReLUs, else additive, or trees where the graph has some or more steps than that. */
function modelOf(
  score: Score,
  hidden: readonly HiddenLayer[],
  schema: Schema,
): { model: Model; scale: Scale; size: ModelSize } {
  if (hidden.length > 0) {
    const network = networkModel(score, hidden, schema);
    return { ...network, size: { family: 'network', neurons: hidden.map(({ neurons }) => neurons.length) } };
  }
  const { linear, steps, trees } = score.form;
  if (trees.size > 0 && linear.size > 0)
    throw new ModelError('not_additive', 'adds trees and weighted attributes: no family holds both');
  if (trees.size > 0 || (linear.size === 0 && steps.size > STEPS)) {
    const { model, scale, constantTrees } = treeModel(score, schema);
    return { model, scale, size: { ...treeSize(model), constantTrees } };
  }
  const { model, scale } = integerModel(score, schema);
  const weights = model.weights.filter((w) => w !== 0n).length;
  return { model, scale, size: { family: 'additive', weights, steps: model.steps.filter(({ u }) => u !== 0n).length } };
}

function treeSize({ shape, trees }: TreeModel) {
  const tests = trees.map(({ nodes }) => nodes.filter(({ threshold }) => threshold > 0n).length);
  const used = tests.filter((count) => count > 0).length;
  return { family: 'trees' as const, shape, trees: used, nodes: tests.reduce((sum, count) => sum + count, 0) };
}

/** Slots on which the score depends; of a network, those on which its first layer does. */
function effectiveOf(score: Score, [first]: readonly HiddenLayer[]): bigint {
  return (first?.neurons ?? [score]).reduce((mask, reader) => mask | effectiveSlots(reader), 0n);
}

function refuseProhibited(schema: Schema, reads: bigint, effective: bigint, prohibited: bigint): void {
  const read = schema.attributes.filter(({ slot }) => hasSlot(reads & prohibited, slot));
  if (read.length === 0) return;
  const names = read.map(({ name, slot }) =>
    hasSlot(effective, slot) ? name : `${name} (without effect on the score)`,
  );
  throw new ModelError('prohibited_attribute', `the model reads ${names.join(', ')}, which it may not`);
}
