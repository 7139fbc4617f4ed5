import type { prover } from '@assay/contracts';
import type { Clients } from './clients.ts';
import type { Upload } from './register-model.ts';

const CHUNK_BYTES = 256 << 10;
/** Lowering compares the model with onnxruntime on thousands of rows. */
const INSTALL_DEADLINE_MS = 180_000;

/** Has the KYC prover lower a model and seal its parameters to the fairness prover. @throws RpcError */
export async function installModel(
  upload: Upload,
  recipientJwk: Uint8Array,
  kyc: Clients['kyc'],
): Promise<prover.InstallModelResponse> {
  return await kyc.call.installModel(installRequests(upload, recipientJwk), { deadlineMs: INSTALL_DEADLINE_MS });
}

function* installRequests(
  { description, file }: Upload,
  recipientJwk: Uint8Array,
): Generator<prover.InstallModelRequest> {
  yield { payload: { $case: 'header', value: { model: description, recipientJwk } } };
  for (let from = 0; from < file.length; from += CHUNK_BYTES) {
    yield { payload: { $case: 'chunk', value: file.subarray(from, from + CHUNK_BYTES) } };
  }
}
