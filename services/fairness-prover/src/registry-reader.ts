import type { verifier } from '@assay/contracts';
import { type RpcClient, RpcError } from '@assay/rpc';
import { parseEnvelope, parseRegistration, type Registration } from '@assay/verify';
import { OperationFailure } from './operation-failure.ts';

/** A client of the verifier's registry. */
export type RegistryClient = RpcClient<typeof verifier.RegistryServiceService>;

/** What is registered for a scope, by kind. */
export class Registrations {
  readonly #registrations: readonly Registration[];

  constructor(registrations: readonly Registration[]) {
    this.#registrations = registrations;
  }

  /** The one registration of a kind. @throws OperationFailure `NOTHING_IN_FORCE` */
  one<K extends Registration['kind']>(kind: K): Extract<Registration, { kind: K }> {
    const [first] = this.all(kind);
    if (first === undefined) throw nothingInForce(`no ${kind} is in force in the scope`);
    return first;
  }

  /** All registrations of a kind. */
  all<K extends Registration['kind']>(kind: K): readonly Extract<Registration, { kind: K }>[] {
    return this.#registrations.filter((known): known is Extract<Registration, { kind: K }> => known.kind === kind);
  }
}

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
  return new Registrations(
    registrations.flatMap(({ envelope }) => {
      const { predicate } = parseEnvelope(envelope);
      return predicate.type === 'registration' ? [parseRegistration(predicate.kind, predicate.body)] : [];
    }),
  );
}

function nothingInForce(message: string): OperationFailure {
  return new OperationFailure('FAILED_PRECONDITION', 'NOTHING_IN_FORCE', message);
}
