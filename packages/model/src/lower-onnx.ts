import { protectedMask, type Schema } from '@assay/schema';
import type { AdditiveModel } from './additive-model.ts';
import { ModelError } from './error.ts';
import { inputColumns } from './lowering/graph-inputs.ts';
import { integerModel, type Scale } from './lowering/integer-model.ts';
import { runGraph } from './lowering/run-graph.ts';
import { type Cutoff, type Score, scoreFor } from './lowering/score.ts';
import type { Link, Verdict } from './lowering/value.ts';
import { type Graph, readModel } from './onnx/read-model.ts';

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

/** What a file lowered to, for people: nothing here enters a commitment. */
export interface LoweringReport {
  readonly producer: string;
  readonly operators: readonly string[];
  /** Names of the attributes that reach the score, whatever their weight. */
  readonly attributesRead: readonly string[];
  /** Names of attributes that the graph takes in and does not use. */
  readonly attributesIgnored: readonly string[];
  readonly weightsUsed: number;
  readonly stepsUsed: number;
  /** The post-transform that was cut off. */
  readonly link: Link;
  readonly scale: Scale;
}

/** A lowered model with the report on how it came about. */
export interface LoweredModel extends AdditiveModel {
  readonly report: LoweringReport;
}

/** A graph with its verdict: what the float runs need besides the integers. */
export interface LoweredGraph {
  readonly graph: Graph;
  readonly verdict: Verdict;
  readonly score: Score;
  readonly model: LoweredModel;
}

/**
 * Lowers an ONNX file to the additive family, exactly: the integers that the circuit computes with, and the band outside of which
 * every binary32 evaluation of the graph decides the same.
 *
 * @throws ModelError naming operator, node and reason for what does not lower; prohibited attributes by name
 */
export function lowerOnnx(bytes: Uint8Array, options: LoweringOptions): LoweredModel {
  return lowerGraph(bytes, options).model;
}

/** {@link lowerOnnx}, keeping the graph. */
export function lowerGraph(bytes: Uint8Array, options: LoweringOptions): LoweredGraph {
  const { schema } = options;
  const graph = readModel(bytes);
  const verdict = runGraph(graph, schema, options.inputs);
  const score = scoreFor(verdict, options.approveLabel, options.cutoff);
  refuseProhibited(schema, score.reads, options.prohibitedMask ?? protectedMask(schema));
  const { model, scale } = integerModel(score, schema);
  const taken = inputColumns(graph, schema, options.inputs).flatMap(({ attributes }) => attributes);
  const reaches = ({ slot }: { slot: number }) => ((score.reads >> BigInt(slot)) & 1n) === 1n;
  const report: LoweringReport = {
    producer: graph.producer,
    operators: [...new Set(graph.nodes.map(({ operator }) => operator))].sort(),
    attributesRead: taken.filter(reaches).map(({ name }) => name),
    attributesIgnored: taken.filter((attribute) => !reaches(attribute)).map(({ name }) => name),
    weightsUsed: model.weights.filter((w) => w !== 0n).length,
    stepsUsed: model.steps.filter(({ u }) => u !== 0n).length,
    link: verdict.link,
    scale,
  };
  return { graph, verdict, score, model: { ...model, report } };
}

function refuseProhibited(schema: Schema, reads: bigint, prohibited: bigint): void {
  const names = schema.attributes
    .filter(({ slot }) => (((reads & prohibited) >> BigInt(slot)) & 1n) === 1n)
    .map(({ name }) => name);
  if (names.length > 0)
    throw new ModelError('prohibited_attribute', `the model reads ${names.join(', ')}, which it may not`);
}
