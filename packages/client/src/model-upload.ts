import { createHash } from 'node:crypto';
import type { gateway, model } from '@assay/contracts';
import { ClientError } from './error.ts';

/** Bytes of a file that one message carries. */
const CHUNK_BYTES = 256 * 1024;
/** The largest ONNX file that a gateway takes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A model to register. */
export interface ModelUpload {
  /** Makes the call safe to repeat: 8 to 64 characters of [A-Za-z0-9_-]. */
  readonly requestId: string;
  /** What the file does not say about itself; the digest is added here. */
  readonly model: Omit<model.ModelDescription, 'sha256' | 'reasonsDocument'>;
  /** What reasons of its declines are measured against and told as: JSON of docs/spec/documents.md, section 5. */
  readonly reasons?: object;
  /** The ONNX file's bytes. */
  readonly onnx: Uint8Array;
}

/** The messages of an upload: the header with the file's digest, then its chunks. @throws ClientError `UPLOAD_REFUSED` */
export function* modelUpload({
  requestId,
  model,
  onnx,
  reasons,
}: ModelUpload): Generator<gateway.RegisterModelRequest> {
  if (onnx.length === 0 || onnx.length > MAX_BYTES) {
    throw new ClientError('UPLOAD_REFUSED', `an ONNX file has 1 to ${MAX_BYTES} bytes`);
  }
  const sha256 = createHash('sha256').update(onnx).digest();
  const reasonsDocument = new TextEncoder().encode(reasons === undefined ? '' : JSON.stringify(reasons));
  const header = { requestId, model: { ...model, sha256, reasonsDocument } };
  yield { payload: { $case: 'header', value: header } };
  for (let offset = 0; offset < onnx.length; offset += CHUNK_BYTES) {
    yield { payload: { $case: 'chunk', value: onnx.subarray(offset, offset + CHUNK_BYTES) } };
  }
}
