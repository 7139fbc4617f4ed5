import type { verifier } from '@assay/contracts';
import { type RpcClient, RpcError } from '@assay/rpc';
import { type RegistrationKind, Registrations } from '@assay/verify';
import { OperationFailure } from './operation-failure.ts';

/** A client of the verifier's registry. */
export type RegistryClient = RpcClient<typeof verifier.RegistryServiceService>;

/**
 * Reads what is in force in a scope: now, or as an entry at a leaf index saw it.
 *
 * @throws OperationFailure `NOTHING_IN_FORCE`; RpcError when the verifier cannot answer
 */
export async function readRegistry(client: RegistryClient, scope: string, atIndex?: bigint): Promise<Registrations> {
  const request = atIndex === undefined ? { scope } : { scope, atIndex };
  const { registrations } = await client.call.getInForce(request).catch((error: unknown) => {
    if (error instanceof RpcError && error.code === 'NOT_FOUND') throw nothingInForce('the scope is not registered');
    throw error;
  });
  return Registrations.parse(registrations.map(({ envelope }) => envelope));
}

/** The one registration of a kind. @throws OperationFailure `NOTHING_IN_FORCE` */
export function registered<K extends RegistrationKind>(
  registrations: Registrations,
  kind: K,
): NonNullable<ReturnType<typeof registrations.find<K>>> {
  const found = registrations.find(kind);
  if (found === undefined) throw nothingInForce(`no ${kind} is in force in the scope`);
  return found;
}

function nothingInForce(message: string): OperationFailure {
  return new OperationFailure('FAILED_PRECONDITION', 'NOTHING_IN_FORCE', message);
}
