import type { Attribute } from '@assay/schema';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../error.ts';
import { toFloat32 } from '../float32.ts';
import { type LoweredGraph, type LoweringOptions, lowerGraph } from '../lower-onnx.ts';
import { rawValue } from '../lowering/element.ts';
import { type InputColumns, inputColumns } from '../lowering/graph-inputs.ts';
import { compare, exact } from '../rational.ts';
import { cutPostTransform } from './cut-post-transform.ts';

/** What the float evaluation says of one applicant. */
export interface FloatDecision {
  /** Raw score of the approving class (for two scores compared, their difference). */
  readonly score: number;
  /** `score > cutoff` */
  readonly approve: boolean;
  /** The graph's own label, where it gives one. */
  readonly label: string | undefined;
}

/**
 * A model running in binary32 on onnxruntime's CPU provider, on the same encoded applicants as the exact model. A missing
 * value is given as the schema's minimum, which is what its slot encodes.
 */
export class FloatModel {
  readonly lowered: LoweredGraph;
  readonly #session: InferenceSession;
  readonly #ort: typeof import('onnxruntime-node');
  readonly #columns: readonly InputColumns[];
  readonly #approving: number;

  private constructor(
    lowered: LoweredGraph,
    session: InferenceSession,
    ort: typeof import('onnxruntime-node'),
    columns: readonly InputColumns[],
    approving: number,
  ) {
    this.lowered = lowered;
    this.#session = session;
    this.#ort = ort;
    this.#columns = columns;
    this.#approving = approving;
  }

  /** Lowers the file and opens its float twin; the runtime is loaded only now. */
  static async open(bytes: Uint8Array, options: LoweringOptions): Promise<FloatModel> {
    const lowered = lowerGraph(bytes, options);
    const { default: ort } = await import('onnxruntime-node');
    const cut = cutPostTransform(lowered.graph.proto, lowered.verdict);
    const session = await ort.InferenceSession.create(cut, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    const columns = inputColumns(lowered.graph, options.schema, options.inputs);
    return new FloatModel(lowered, session, ort, columns, lowered.verdict.labels.indexOf(options.approveLabel));
  }

  /** Decides a batch of encoded applicants (32 slots each). */
  async decide(rows: readonly (readonly bigint[])[]): Promise<FloatDecision[]> {
    const feeds = Object.fromEntries(this.#columns.map((columns) => [columns.input.name, this.#tensor(columns, rows)]));
    const { scoreTensor, labelTensor, scores } = this.lowered.verdict;
    const results = await this.#session.run(feeds);
    const values = results[scoreTensor]?.data;
    if (!(values instanceof Float32Array) || values.length !== rows.length * scores.length) {
      throw new ModelError('malformed', 'the float run gave another number of scores than the graph declares');
    }
    const labels = labelTensor === undefined ? undefined : results[labelTensor]?.data;
    return rows.map((_, i) => {
      const score = this.#scoreOf(values.subarray(i * scores.length, (i + 1) * scores.length));
      const label = labels?.[i];
      return {
        score,
        approve: compare(exact(score), this.lowered.score.cutoff) > 0n,
        label: label === undefined ? undefined : String(label),
      };
    });
  }

  /** Frees the runtime's memory. */
  async close(): Promise<void> {
    await this.#session.release();
  }

  #scoreOf(scores: Float32Array): number {
    const [first, second] = scores;
    const { link } = this.lowered.verdict;
    if (second === undefined) {
      if (this.#approving === 1) return first!;
      return link === 'probability' ? Math.fround(1 - first!) : -first!;
    }
    const [own, other] = this.#approving === 1 ? [second, first!] : [first!, second];
    return link === 'softmax' ? own - other : own;
  }

  #tensor({ input, type, attributes }: InputColumns, rows: readonly (readonly bigint[])[]): Tensor {
    const dims = input.dims.length === 1 ? [rows.length] : [rows.length, attributes.length];
    const cells = <T>(read: (attribute: Attribute, x: bigint) => T) =>
      rows.flatMap((x) => attributes.map((attribute) => read(attribute, x[attribute.slot]!)));
    if (type === 'string') return new this.#ort.Tensor('string', cells(labelOf), dims);
    if (type === 'float')
      return new this.#ort.Tensor('float32', Float32Array.from(cells((a, x) => toFloat32(rawValue(a, x)))), dims);
    const integers = cells((attribute, x) => attribute.minScaled + x);
    if (input.elementType === INT32) return new this.#ort.Tensor('int32', Int32Array.from(integers.map(Number)), dims);
    return new this.#ort.Tensor('int64', BigInt64Array.from(integers), dims);
  }
}

const INT32 = 6;

/** Label of an encoded code; the empty text for a missing one. */
function labelOf(attribute: Attribute, x: bigint): string {
  const entry = attribute.codes.find(({ code }) => BigInt(code) === x);
  if (entry === undefined && attribute.missingFlag === undefined) {
    throw new ModelError('unknown_input', `${attribute.name} holds a code that the schema does not list`);
  }
  return entry?.label ?? '';
}

/** Runs one batch through onnxruntime: opens, decides, closes. */
export async function floatDecision(
  bytes: Uint8Array,
  options: LoweringOptions,
  rows: readonly (readonly bigint[])[],
): Promise<FloatDecision[]> {
  const model = await FloatModel.open(bytes, options);
  try {
    return await model.decide(rows);
  } finally {
    await model.close();
  }
}
