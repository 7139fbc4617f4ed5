import { ArchiveError } from '@assay/archive';
import { statement as contract, verifier } from '@assay/contracts';
import { FieldViolations, fieldViolation, type Handlers, RpcError, type ServedService, serve } from '@assay/rpc';
import {
  decodeEntry,
  type Envelope,
  MAX_ENVELOPE_BYTES,
  parseEnvelope,
  SCOPE_PATTERN,
  statementOf,
  VerifyError,
  type Window,
} from '@assay/verify';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Archivist } from './archivist.ts';
import { examine } from './examine.ts';
import { pageSize, pageToken, readPageToken } from './page.ts';
import { findByDigest, findByIndex, type IndexedStatement } from './statement-index.ts';
import {
  archivedStatement,
  keyClassMessage,
  kindMessage,
  pendingStatement,
  statementKind,
  verdictDigit,
} from './statement-messages.ts';
import { listEntries, type StatementFilter } from './statement-query.ts';
import { closingMessage, stateMessage, windowMessage } from './window-messages.ts';

type Service = typeof verifier.VerifierServiceService;

/** The read side of the verifier: whoever may connect may read; nothing here names an applicant or a count by group. */
export function verifierService(archivist: Archivist): ServedService {
  const handlers: Handlers<Service> = {
    verify: async ({ envelope, table }) => verifyEnvelope(archivist, readEnvelope(envelope), table),
    getStatement: async ({ name }) => {
      const row = findByName(archivist, name);
      if (row === undefined) return getPending(archivist, name);
      const { statement, envelope, leaf } = await archivedStatement(archivist, row);
      const [attachment] = decodeEntry(leaf).attachments ?? [];
      const table = attachment === undefined ? undefined : await archivist.archive.blob(hexToBytes(attachment));
      return {
        statement,
        envelope: envelope?.bytes ?? new Uint8Array(),
        entry: leaf,
        table: table ?? new Uint8Array(),
      };
    },
    listStatements: (request) => listStatements(archivist, request),
    getReceipt: async ({ name }) => {
      const row = findByName(archivist, name);
      if (row === undefined) throw new RpcError('NOT_FOUND', 'no such entry in the archive');
      const { archive } = archivist;
      const [receipt, entry] = await Promise.all([archive.receipt(row.index), archive.entry(row.index)]);
      return { receipt, entry };
    },
    getCheckpoint: async () => {
      const { note, size, root } = archivist.archive.checkpoint();
      return { checkpoint: note, treeSize: BigInt(size), rootHash: root };
    },
    getConsistencyProof: async ({ fromSize, toSize }) => {
      const to = toSize === 0n ? archivist.archive.size : Number(toSize);
      try {
        const hashes = await archivist.archive.consistencyProof(Number(fromSize), to);
        return { fromSize, toSize: BigInt(to), hashes };
      } catch (cause) {
        if (!(cause instanceof ArchiveError) || cause.code !== 'out-of-range') throw cause;
        throw new RpcError('OUT_OF_RANGE', 'the sizes do not lie within the log', { cause });
      }
    },
    getWindow: ({ scope, number }) =>
      archivist.view(() => ({ window: windowMessage(archivist, findWindow(archivist, scope, number)) })),
    listWindows: (request) =>
      archivist.view(() => {
        const scopes = request.scope === '' ? scopesOf(archivist, request.bank) : [request.scope];
        const all = scopes
          .flatMap((scope) => archivist.ledger.windows(scope, archivist.now()).reverse())
          .filter(({ state }) => request.states.length === 0 || request.states.includes(stateMessage(state)));
        const { page, nextPageToken } = paginate(all, request.pageToken, request.pageSize);
        return { windows: page.map((window) => windowMessage(archivist, window)), nextPageToken };
      }),
    listClosings: ({ scope, number, manualOnly, pageToken: token, pageSize: size }) =>
      archivist.view(() => {
        const { intakes } = findWindow(archivist, scope, number);
        const chosen = manualOnly ? intakes.filter(({ closing }) => closing?.kind === 'manual-decision') : intakes;
        const { page, nextPageToken } = paginate(chosen, token, size);
        return { closings: page.map(closingMessage), nextPageToken };
      }),
  };
  return serve(verifier.VerifierServiceService, handlers);
}

/** Reads an envelope from a request. @throws RpcError INVALID_ARGUMENT naming the field */
export function readEnvelope(bytes: Uint8Array): Envelope {
  try {
    return parseEnvelope(bytes);
  } catch (cause) {
    if (!(cause instanceof VerifyError)) throw cause;
    throw fieldViolation('envelope', `must be an envelope of at most ${MAX_ENVELOPE_BYTES} bytes: ${cause.message}`);
  }
}

function verifyEnvelope(archivist: Archivist, envelope: Envelope, table: Uint8Array): verifier.VerifyResponse {
  const { valid, checks, isPinned, publicSignals } = examine(archivist, envelope, table.length > 0 ? table : undefined);
  return {
    valid,
    checks: checks.map(({ name, outcome, code = '' }) => ({ name, outcome: OUTCOMES[outcome], code })),
    digest: hexToBytes(envelope.digest),
    kind: kindMessage(statementOf(envelope)),
    keyClass: isPinned ? keyClassMessage(archivist) : contract.KeyClass.UNSPECIFIED,
    publicSignals: publicSignals.map(String),
  };
}

const OUTCOMES = {
  passed: verifier.CheckOutcome.PASSED,
  failed: verifier.CheckOutcome.FAILED,
  'not-run': verifier.CheckOutcome.NOT_RUN,
} as const;

type EntryName = verifier.GetStatementRequest['name'];

function findByName({ index: { db } }: Archivist, name: EntryName): IndexedStatement | undefined {
  if (name === undefined) throw fieldViolation('name', 'must be a digest or an index');
  if (name.$case === 'index') return findByIndex(db, indexOf(name.value));
  if (name.value.length !== 32) throw fieldViolation('digest', 'must have 32 bytes');
  return findByDigest(db, bytesToHex(name.value));
}

/** A leaf index; one that no log reaches is that of no entry. */
export function indexOf(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : -1;
}

function getPending(archivist: Archivist, name: EntryName): verifier.GetStatementResponse {
  const pending = name?.$case === 'digest' ? archivist.work.get(bytesToHex(name.value)) : undefined;
  if (pending === undefined) throw new RpcError('NOT_FOUND', 'no such entry in the archive');
  const none = new Uint8Array();
  return { statement: pendingStatement(archivist, pending), envelope: pending.bytes, entry: none, table: none };
}

async function listStatements(
  archivist: Archivist,
  request: verifier.ListStatementsRequest,
): Promise<verifier.ListStatementsResponse> {
  const { ACCEPTED, PENDING, REJECTED } = contract.ArchiveResult;
  const wanted = request.results.length === 0 ? [ACCEPTED, REJECTED, PENDING] : request.results;
  const size = pageSize(request.pageSize);
  const before = readPageToken(request.pageToken, archivist.archive.size);
  const kinds = [
    ...(wanted.includes(ACCEPTED) ? ['accepted'] : []),
    ...(wanted.includes(REJECTED) ? ['rejected'] : []),
  ];
  const rows = kinds.length === 0 ? [] : listEntries(archivist.index.db, readFilter(request, kinds), before, size + 1);
  const page = await Promise.all(
    rows.slice(0, size).map(async (row) => (await archivedStatement(archivist, row)).statement),
  );
  const first = request.pageToken === '' && wanted.includes(PENDING);
  const pending = first ? archivist.work.list().map((envelope) => pendingStatement(archivist, envelope)) : [];
  return {
    statements: [...pending.filter((statement) => matches(request, statement)), ...page],
    nextPageToken: rows.length > size ? pageToken(rows[size - 1]!.index) : '',
  };
}

/** The filters of a listing, for envelopes that are in no index. What has no verdict and no slot yet has none asked for. */
function matches(request: verifier.ListStatementsRequest, statement: verifier.Statement): boolean {
  const kind = statement.reference?.kind ?? contract.StatementKind.UNSPECIFIED;
  const receivedAt = statement.receivedAt?.getTime() ?? 0;
  return (
    (request.kinds.length === 0 || request.kinds.includes(kind)) &&
    (request.bank === '' || request.bank === statement.bank) &&
    (request.scope === '' || request.scope === statement.scope) &&
    (request.modelCommitment === '' || request.modelCommitment === statement.publicSignals[0]) &&
    (request.receivedFrom === undefined || receivedAt >= request.receivedFrom.getTime()) &&
    (request.receivedBefore === undefined || receivedAt < request.receivedBefore.getTime()) &&
    request.verdicts.length === 0 &&
    request.slot === undefined
  );
}

function readFilter(request: verifier.ListStatementsRequest, kinds: readonly string[]): StatementFilter {
  const violations = new FieldViolations();
  const statements = request.kinds.flatMap((kind, i) => {
    const statement = statementKind(kind);
    violations.require(statement !== undefined, `kinds[${i}]`, 'must be a kind of statement');
    return statement ?? [];
  });
  const verdicts = request.verdicts.map(verdictDigit);
  violations.require(!verdicts.includes(-1), 'verdicts', 'must be verdicts');
  violations.throwIfAny();
  return {
    kinds,
    topics: statements,
    verdicts,
    ...(request.bank !== '' && { bank: request.bank }),
    ...(request.scope !== '' && { scope: request.scope }),
    ...(request.slot !== undefined && { slots: [request.slot] }),
    ...(request.modelCommitment !== '' && { subject: request.modelCommitment }),
    ...(request.receivedFrom && { receivedFrom: request.receivedFrom.getTime() }),
    ...(request.receivedBefore && { receivedBefore: request.receivedBefore.getTime() }),
  };
}

function findWindow(archivist: Archivist, scope: string, number: number): Window {
  if (!SCOPE_PATTERN.test(scope)) throw fieldViolation('scope', 'must be bank/product/period');
  const found = archivist.ledger.windows(scope, archivist.now()).find(({ window }) => window === number);
  if (found === undefined) throw new RpcError('NOT_FOUND', 'the scope has no window of this number');
  return found;
}

function scopesOf(archivist: Archivist, bank: string): string[] {
  const scopes = archivist.ledger.registry.scopes().map(({ scope }) => scope);
  return bank === '' ? scopes : scopes.filter((scope) => scope.startsWith(`${bank}/`));
}

function paginate<T>(all: readonly T[], token: string, size: number): { page: readonly T[]; nextPageToken: string } {
  const from = readPageToken(token, 0);
  const to = from + pageSize(size);
  return { page: all.slice(from, to), nextPageToken: to < all.length ? pageToken(to) : '' };
}
