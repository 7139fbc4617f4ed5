import { gateway } from '@assay/contracts';
import { SealError } from './error.ts';

/** An application to prove: the bank's request as the gateway took it. Everything in it is sealed on its way. */
export interface ApplicationJob {
  readonly applicationId: string;
  readonly request: gateway.SubmitApplicationRequest;
}

/** An officer's decision to prove. */
export interface ManualDecisionJob {
  readonly applicationId: string;
  readonly request: gateway.DecideReferredRequest;
}

/** A withdrawal to sign. */
export interface WithdrawalJob {
  readonly applicationId: string;
  readonly request: gateway.WithdrawApplicationRequest;
}

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** Reads and writes jobs: the id's length in one byte, the id, the request as its protobuf encoding. */
function jobCodec<T>(codec: Codec<T>) {
  return {
    encode({ applicationId, request }: { applicationId: string; request: T }): Uint8Array {
      const id = new TextEncoder().encode(applicationId);
      return Uint8Array.of(id.length, ...id, ...codec.encode(request).finish());
    },
    decode(bytes: Uint8Array): { readonly applicationId: string; readonly request: T } {
      const end = 1 + (bytes[0] ?? 0);
      if (bytes.length < end) throw new SealError('SEAL_REFUSED', 'a job is cut short');
      return {
        applicationId: new TextDecoder().decode(bytes.subarray(1, end)),
        request: codec.decode(bytes.subarray(end)),
      };
    },
  };
}

export const applicationJobs = jobCodec(gateway.SubmitApplicationRequest);
export const manualDecisionJobs = jobCodec(gateway.DecideReferredRequest);
export const withdrawalJobs = jobCodec(gateway.WithdrawApplicationRequest);
