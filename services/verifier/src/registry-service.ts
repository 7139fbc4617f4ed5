import { verifier } from '@assay/contracts';
import { fieldViolation, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import {
  type Envelope,
  parseEnvelope,
  REGISTRATION_KINDS,
  type RegistrationPredicate,
  SCOPE_PATTERN,
} from '@assay/verify';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from './archivist.ts';
import { pageSize, pageToken, readPageToken } from './page.ts';
import { RegistrationList } from './registration-list.ts';
import { registrationsInForce } from './registrations-in-force.ts';
import { findByDigest, findByIndex, type IndexedStatement } from './statement-index.ts';
import { listEntries } from './statement-query.ts';
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
        const rows = listEntries(archivist.index.db, { topics: ['registration'] }, before, size);
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

/** What a scope's intakes are held to at an index, as the contract shows it. */
async function inForce(list: RegistrationList, scope: string, at: number): Promise<verifier.GetInForceResponse> {
  const found = registrationsInForce(await list.before(at), scope);
  if (found === undefined) throw new RpcError('NOT_FOUND', 'no such scope is registered at this index');
  return {
    registrations: found.registrations.map(({ row, envelope }) => registrationMessage(row, envelope)),
    registryHead: hexToBytes(found.registryHead),
    atIndex: BigInt(at),
  };
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
