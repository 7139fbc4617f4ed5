import { setTimeout } from 'node:timers/promises';
import type { operation, prover } from '@assay/contracts';
import { RpcError } from '@assay/rpc';
import type { Clients } from './clients.ts';
import type { Upload } from './register-model.ts';

const CHUNK_BYTES = 256 << 10;
/** Lowering compares the model with onnxruntime on thousands of rows. */
const INSTALL_DEADLINE_MS = 180_000;
const PROGRESS_DEADLINE_MS = 5_000;

/** A model to be installed. */
export interface Installation {
  /** What progress is asked by. */
  readonly id: string;
  readonly upload: Upload;
  /** The fairness prover's key, to which the model's parameters are sealed. */
  readonly recipientJwk: Uint8Array;
  /** Is told now and then how far it is. */
  readonly onProgress: (progress: operation.OperationProgress) => void;
  readonly everyMs: number;
}

/** Has the KYC prover lower a model and seal its parameters to the fairness prover. @throws RpcError */
export async function installModel(
  installation: Installation,
  kyc: Clients['kyc'],
): Promise<prover.InstallModelResponse> {
  const asking = new AbortController();
  const asked = askProgress(installation, kyc, asking.signal);
  try {
    return await kyc.call.installModel(installRequests(installation), { deadlineMs: INSTALL_DEADLINE_MS });
  } finally {
    asking.abort();
    await asked;
  }
}

async function askProgress(
  { id, onProgress, everyMs }: Installation,
  kyc: Clients['kyc'],
  signal: AbortSignal,
): Promise<void> {
  while (await pause(everyMs, signal)) {
    try {
      const { progress } = await kyc.call.getInstallProgress(
        { installationId: id },
        { deadlineMs: PROGRESS_DEADLINE_MS, signal },
      );
      if (progress !== undefined && !signal.aborted) onProgress(progress);
    } catch (error) {
      // For display only: that the prover cannot be asked is for the installation itself to say.
      if (!(error instanceof RpcError)) throw error;
    }
  }
}

/** Whether the pause went by before the signal. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return setTimeout(ms, true, { signal }).catch(() => false);
}

function* installRequests({ id, upload, recipientJwk }: Installation): Generator<prover.InstallModelRequest> {
  const { description, file } = upload;
  yield { payload: { $case: 'header', value: { model: description, recipientJwk, installationId: id } } };
  for (let from = 0; from < file.length; from += CHUNK_BYTES) {
    yield { payload: { $case: 'chunk', value: file.subarray(from, from + CHUNK_BYTES) } };
  }
}
