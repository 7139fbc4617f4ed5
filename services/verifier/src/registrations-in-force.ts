import { schemaId } from '@assay/schema';
import { nextRegistryHead, REGISTRATION_KINDS, type Registration, type ScopeBody } from '@assay/verify';
import type { ListedRegistration } from './registration-list.ts';

/** What a scope's intakes are held to. */
export interface RegistrationsInForce {
  /** One of each kind that there is, ordered by kind. */
  readonly registrations: readonly ListedRegistration[];
  /** Hex hash chain over all registrations so far. */
  readonly registryHead: string;
}

/** What a scope's intakes are held to after some registrations, newest first; undefined where no such scope is among them. */
export function registrationsInForce(
  newestFirst: readonly ListedRegistration[],
  scope: string,
): RegistrationsInForce | undefined {
  const rules = newestFirst.map(({ registration }) => registration).find(isScope(scope));
  if (rules === undefined) return undefined;
  const registrations = REGISTRATION_KINDS.flatMap(
    (kind) => newestFirst.find(({ registration }) => registration.kind === kind && isHeldTo(registration, rules)) ?? [],
  );
  // Of the registrations that were read: the ledger may be ahead of them.
  const { row } = newestFirst[0]!;
  return { registrations, registryHead: nextRegistryHead(row.registryHead, row.digest) };
}

function isScope(scope: string): (registration: Registration) => registration is ScopeBody {
  return (registration): registration is ScopeBody => registration.kind === 'scope' && registration.scope === scope;
}

/** Whether a registration is of those that the intakes of a scope are held to; a bank's keys and a scope's slots are not. */
function isHeldTo(registration: Registration, rules: ScopeBody): boolean {
  switch (registration.kind) {
    case 'scope':
    case 'model':
      return registration.scope === rules.scope;
    case 'schema':
      return schemaId(registration.document) === rules.schemaId;
    case 'policy':
      return registration.policyHash === rules.policyHash;
    case 'partitions':
      return registration.partitionsHash === rules.partitionsHash;
    case 'fairness-policy':
      return registration.fairnessPolicyHash === rules.fairnessPolicyHash;
    case 'issuer-root':
      return registration.schemaId === rules.schemaId;
    case 'revocation-root':
    case 'screening-root':
      return true;
    case 'bank-key':
    case 'slot':
      return false;
  }
}
