import { ModelError } from '../error.ts';
import type { TensorProto } from './gen/onnx.ts';

/** Element types of the ONNX standard that lowering reads (TensorProto.DataType). */
export const ELEMENT = { FLOAT: 1, UINT8: 2, INT32: 6, INT64: 7, STRING: 8, BOOL: 9, DOUBLE: 11 } as const;

/** A constant tensor; integers are exact as numbers because those beyond 2^53 are refused. */
export interface Tensor {
  readonly elementType: number;
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/**
 * Reads a constant of float, uint8, int32, int64 or bool elements from either of its two encodings.
 *
 * @param finite whether a number that is not finite is refused (lists of sets end theirs with NaN)
 * @throws ModelError `unsupported_feature` for external data and other element types, `malformed` for a wrong size or a
 * number that is not finite
 */
export function readTensor(proto: TensorProto, { finite = true } = {}): Tensor {
  const name = `initializer ${proto.name}`;
  if (proto.dataLocation !== 0 || proto.externalData.length > 0) {
    throw new ModelError('unsupported_feature', `${name} keeps its data outside the file`);
  }
  const dims = proto.dims.map(Number);
  const values = proto.rawData.length > 0 ? readRaw(proto, name) : readTyped(proto, name);
  if (values.length !== dims.reduce((product, dim) => product * dim, 1)) {
    throw new ModelError('malformed', `${name} has another number of elements than its dimensions say`);
  }
  if (finite && !values.every((value) => Number.isFinite(value)))
    throw new ModelError('malformed', `${name} holds a number that is not finite`);
  return { elementType: proto.dataType, dims, values };
}

function readRaw(proto: TensorProto, name: string): number[] {
  const view = new DataView(proto.rawData.buffer, proto.rawData.byteOffset, proto.rawData.byteLength);
  const every = (size: number, read: (offset: number) => number) =>
    Array.from({ length: Math.floor(view.byteLength / size) }, (_, i) => read(i * size));
  switch (proto.dataType) {
    case ELEMENT.FLOAT:
      return every(4, (offset) => view.getFloat32(offset, true));
    case ELEMENT.INT32:
      return every(4, (offset) => view.getInt32(offset, true));
    case ELEMENT.INT64:
      return every(8, (offset) => safeInteger(view.getBigInt64(offset, true), name));
    case ELEMENT.UINT8:
    case ELEMENT.BOOL:
      return every(1, (offset) => view.getUint8(offset));
    default:
      throw new ModelError('unsupported_feature', `${name} has element type ${proto.dataType}`);
  }
}

function readTyped(proto: TensorProto, name: string): readonly number[] {
  switch (proto.dataType) {
    case ELEMENT.FLOAT:
      return proto.floatData;
    case ELEMENT.UINT8:
    case ELEMENT.INT32:
    case ELEMENT.BOOL:
      return proto.int32Data;
    case ELEMENT.INT64:
      return proto.int64Data.map((value) => safeInteger(value, name));
    default:
      throw new ModelError('unsupported_feature', `${name} has element type ${proto.dataType}`);
  }
}

function safeInteger(value: bigint, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new ModelError('unsupported_feature', `${name} holds an integer beyond 2^53`);
  return number;
}
