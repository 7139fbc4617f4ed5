import { verifier } from '@assay/contracts';
import { fieldViolation, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import { schemaId } from '@assay/schema';
import {
  type Envelope,
  nextRegistryHead,
  parseEnvelope,
  REGISTRATION_KINDS,
  type Registration,
  type RegistrationPredicate,
  SCOPE_PATTERN,
  type ScopeBody,
} from '@assay/verify';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from './archivist.ts';
import { pageSize, pageToken, readPageToken } from './page.ts';
import { RegistrationList } from './registration-list.ts';
import { findByDigest, findByIndex, type IndexedStatement, listEntries } from './statement-index.ts';
import { indexOf, readEnvelope } from './verifier-service.ts';

type Service = typeof verifier.RegistryServiceService;

/** Registrations: what authorities signed, and what is in force. `onArchived` is told of each new one. */
export function registryService(archivist: Archivist, onArchived: () => void): ServedService {
  const list = new RegistrationList(archivist);
  const handlers: Handlers<Service> = {
    submitRegistration: async ({ envelope: bytes }) => {
      const envelope = readEnvelope(bytes);
      if (envelope.predicate.type !== 'registration') throw fieldViolation('envelope', 'must hold a registration');
      const filing = await archivist.file(envelope);
      switch (filing.result) {
        case 'refused':
          throw new RpcError('PERMISSION_DENIED', 'not signed by the authority for its kind', { reason: filing.code });
        case 'pending':
          throw new RpcError(
            'FAILED_PRECONDITION',
            'it refers to what is not registered yet; it is kept and tried again',
            {
              reason: filing.code,
            },
          );
        case 'archived':
          if (filing.entry.kind === 'rejected') {
            throw new RpcError('FAILED_PRECONDITION', 'it does not fit what is registered', {
              reason: filing.entry.reason!,
            });
          }
          onArchived();
          return { registration: registrationMessage(filing.entry, envelope) };
      }
    },
    getRegistration: async ({ name }) => {
      if (name === undefined) throw fieldViolation('name', 'must be a digest or an index');
      const { db } = archivist.index;
      const row =
        name.$case === 'digest' ? findByDigest(db, bytesToHex(name.value)) : findByIndex(db, indexOf(name.value));
      if (row === undefined || row.kind !== 'registration') throw new RpcError('NOT_FOUND', 'no such registration');
      return { registration: await readRegistration(archivist, row) };
    },
    listRegistrations: async (request) => {
      const size = pageSize(request.pageSize);
      let before = readPageToken(request.pageToken, archivist.archive.size);
      const registrations: verifier.Registration[] = [];
      // Kinds are in the envelopes, not in the index: registrations are few.
      for (;;) {
        const rows = listEntries(archivist.index.db, { kinds: ['registration'] }, before, size);
        for (const row of rows) {
          before = row.index;
          const registration = await readRegistration(archivist, row);
          if (!isWanted(request, registration)) continue;
          registrations.push(registration);
          if (registrations.length === size) return { registrations, nextPageToken: pageToken(before) };
        }
        if (rows.length < size) return { registrations, nextPageToken: '' };
      }
    },
    getInForce: async ({ scope, atIndex }) => {
      if (!SCOPE_PATTERN.test(scope)) throw fieldViolation('scope', 'must be bank/product/period');
      const at = atIndex === undefined ? archivist.archive.size : indexOf(atIndex);
      if (at < 0 || at > archivist.archive.size) throw new RpcError('OUT_OF_RANGE', 'the index lies beyond the log');
      return await inForce(list, scope, at);
    },
  };
  return serve(verifier.RegistryServiceService, handlers);
}

/** What a scope's intakes are held to at an index: one registration of each kind that there is, ordered by kind. */
async function inForce(list: RegistrationList, scope: string, at: number): Promise<verifier.GetInForceResponse> {
  const newestFirst = await list.before(at);
  const rules = newestFirst.map(({ registration }) => registration).find(isScope(scope));
  if (rules === undefined) throw new RpcError('NOT_FOUND', 'no such scope is registered at this index');
  const inForce = REGISTRATION_KINDS.flatMap(
    (kind) => newestFirst.find(({ registration }) => registration.kind === kind && isHeldTo(registration, rules)) ?? [],
  );
  // Of the registrations that were read: the ledger may be ahead of them.
  const { row } = newestFirst[0]!;
  const head = nextRegistryHead(row.registryHead, row.digest);
  return {
    registrations: inForce.map(({ row, envelope }) => registrationMessage(row, envelope)),
    registryHead: hexToBytes(head),
    atIndex: BigInt(at),
  };
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

async function readRegistration(archivist: Archivist, row: IndexedStatement): Promise<verifier.Registration> {
  return registrationMessage(row, parseEnvelope((await archivist.archive.blob(hexToBytes(row.digest)))!));
}

function registrationMessage(row: IndexedStatement, envelope: Envelope): verifier.Registration {
  const { kind } = envelope.predicate as RegistrationPredicate;
  return {
    kind: (REGISTRATION_KINDS as readonly string[]).indexOf(kind) + 1,
    digest: hexToBytes(row.digest),
    index: BigInt(row.index),
    bank: row.bank ?? '',
    scope: row.scope ?? '',
    authority: envelope.dsse.keyId,
    receivedAt: new Date(row.receivedAt),
    envelope: envelope.bytes,
  } as verifier.Registration;
}

function isWanted(request: verifier.ListRegistrationsRequest, registration: verifier.Registration): boolean {
  return (
    (request.kinds.length === 0 || request.kinds.includes(registration.kind)) &&
    (request.bank === '' || request.bank === registration.bank) &&
    (request.scope === '' || request.scope === registration.scope)
  );
}
