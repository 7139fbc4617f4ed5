import type { ApplicationRow, ApplicationStore } from './application-store.ts';
import type { InForce, RegistryReader } from './in-force.ts';

/**
 * What closes an application: model and partitions are those that its intake was admitted under, whatever has been
 * registered since, and the verifier takes no others. While the archive has not confirmed the intake, those in force now.
 *
 * @throws RpcError, KycProverError as `RegistryReader.inForce`
 */
export async function heldTo(
  { scope, statements }: ApplicationRow,
  { store, registry }: { readonly store: ApplicationStore; readonly registry: Pick<RegistryReader, 'inForce'> },
): Promise<InForce | undefined> {
  const intake = statements.find(({ kind }) => kind === 'eligibility');
  return await registry.inForce(scope, intake && store.archivedPlace(intake.digest));
}
