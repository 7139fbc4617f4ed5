import { prover, verifier } from '@assay/contracts';
import { createClient, type RpcClient } from '@assay/rpc';
import type { Config } from './config.ts';

/** Clients of the services behind the gateway. */
export interface Clients {
  readonly kyc: RpcClient<typeof prover.KycProverServiceService>;
  readonly fairness: RpcClient<typeof prover.FairnessProverServiceService>;
  readonly verifier: RpcClient<typeof verifier.VerifierServiceService>;
  readonly registry: RpcClient<typeof verifier.RegistryServiceService>;
}

const DEADLINE_MS = 10_000;
/** A model is one message of the verifier's or prover's at most; sealed sums and lists of closings stay far below. */
const LIMITS = { maxReceiveBytes: 16 << 20 };

/** Opens the clients; nothing is connected before the first call. Errors as `createClient`. */
export function createClients({ security, kycProver, fairnessProver, verifier: archive }: Config): Clients {
  const to = (address: string) => ({
    address,
    security: security.client,
    defaultDeadlineMs: DEADLINE_MS,
    limits: LIMITS,
  });
  return {
    kyc: createClient(prover.KycProverServiceService, to(kycProver)),
    fairness: createClient(prover.FairnessProverServiceService, to(fairnessProver)),
    verifier: createClient(verifier.VerifierServiceService, to(archive)),
    registry: createClient(verifier.RegistryServiceService, to(archive)),
  };
}

/** Closes them. */
export function closeClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.close();
}
