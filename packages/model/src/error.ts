/** Why a model cannot be registered or run. */
export type ModelErrorCode =
  | 'malformed'
  | 'unsupported_operator'
  | 'unsupported_feature'
  | 'unknown_input'
  | 'not_additive'
  | 'out_of_range'
  | 'too_large'
  | 'overflow'
  | 'prohibited_attribute'
  | 'bad_cutoff'
  | 'unstable_threshold'
  | 'disagreement';

/** Where in the graph a refusal arose. */
export interface GraphPlace {
  /** Operator with its domain, as `ai.onnx.ml.Scaler` or `Gemm`. */
  readonly operator: string;
  /** The node's name, or the name of its first output where it has none. */
  readonly node: string;
}

/** The one error of this package: code, place in the graph where there is one, and the reason in words. No weight, no value. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  readonly place: GraphPlace | undefined;

  constructor(code: ModelErrorCode, reason: string, place?: GraphPlace, options?: ErrorOptions) {
    super(place === undefined ? reason : `${place.operator} (node ${place.node}): ${reason}`, options);
    this.code = code;
    this.place = place;
  }
}
